package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SnapshotTest {
  private static final long WRAP = 1L << 32;

  @Test
  void readsAndWritesWhatPostgresqlWrites() {
    var snapshot = Snapshot.of("10:20:10,14");
    assertThat(snapshot).isEqualTo(new Snapshot(10, 20, Set.of(10L, 14L)));
    assertThat(snapshot.transactions()).isEqualTo("10:20:10,14");
    assertThat(Snapshot.of("7:7:")).isEqualTo(new Snapshot(7, 7, Set.of()));
    assertThat(Snapshot.of("7:7: ").transactions()).isEqualTo("7:7:");
  }

  @Test
  void doubtsABatchWhoseTransactionMayHaveANumberThatWasGivenOutBefore() {
    var process = UUID.randomUUID();
    var snapshot = Snapshot.of("10:20:14 " + process + "=7");
    assertThat(snapshot.isDoubtful(process, 7, 12)).isFalse();
    assertThat(snapshot.isDoubtful(process, 8, 12)).isTrue();
    assertThat(snapshot.isDoubtful(process, 8, 14)).isFalse();
    assertThat(snapshot.isDoubtful(process, 8, 20)).isFalse();
    assertThat(snapshot.isDoubtful(UUID.randomUUID(), 1, 12)).isTrue();
    assertThat(snapshot.isDoubtful(null, 0, 12)).isFalse();
  }

  @Test
  void seesWhatHadEnded() {
    var snapshot = Snapshot.of("10:20:10,14");
    assertThat(snapshot.sees(9)).isTrue();
    assertThat(snapshot.sees(10)).isFalse();
    assertThat(snapshot.sees(13)).isTrue();
    assertThat(snapshot.sees(14)).isFalse();
    assertThat(snapshot.sees(19)).isTrue();
    assertThat(snapshot.sees(20)).isFalse();
  }

  @Test
  void tellsByTheLowerHalfOfATransactionWhetherItSeesARow() {
    for (long epoch : new long[] {0, WRAP, 5 * WRAP}) {
      var snapshot = new Snapshot(epoch + 100, epoch + 120, Set.of(epoch + 100, epoch + 110));
      for (long transaction = epoch + 3; transaction < epoch + 200; transaction++) {
        assertThat(snapshot.seesRow(transaction % WRAP, epoch + 200))
            .isEqualTo(snapshot.sees(transaction));
      }
    }
  }

  @Test
  void seesARowAcrossTheWrapOfTheLowerHalf() {
    var snapshot = new Snapshot(WRAP - 5, WRAP + 2, Set.of(WRAP - 5, WRAP));
    for (long transaction = WRAP - 50; transaction < WRAP + 50; transaction++) {
      assertThat(snapshot.seesRow(transaction % WRAP, WRAP + 50))
          .isEqualTo(snapshot.sees(transaction));
    }
    assertThat(Snapshot.rowXmin(WRAP + 7)).isEqualTo("7");
    assertThat(Snapshot.rowXmin(WRAP - 1)).isEqualTo("4294967295");
  }
}
