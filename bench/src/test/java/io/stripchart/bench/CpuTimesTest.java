package io.stripchart.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CpuTimesTest {
  @Test
  void addsTheTimeInTheProgramToThatInTheKernel() {
    var stat = "7961 (java) S 1 7961 7961 0 -1 4194560 9 0 0 0 1234 66 500 600 20 0 40 0 9 9 9";

    assertThat(CpuTimes.ofProcess(stat)).isEqualTo(13.0);
  }

  @Test
  void isNotLedAstrayByTheNameOfTheProgram() {
    var stat = "7961 (a) S 1 (b c) R 1 7961 7961 0 -1 4194560 9 0 0 0 100 200 500 600 20 0 40 0 9";

    assertThat(CpuTimes.ofProcess(stat)).isEqualTo(3.0);
  }

  @Test
  void countsNoTimeOfAProcessThatIsGone() {
    assertThat(CpuTimes.ofProcess("")).isZero();
  }

  @Test
  void countsNeitherIdleNorStolenTimeOfTheMachine() {
    var stat =
        "cpu  100 200 300 9000 9000 10 20 9000 0 0\ncpu0 50 100 150 4500 4500 5 10 4500 0 0\n";

    assertThat(CpuTimes.ofMachine(stat)).isCloseTo(6.3, within(1e-9));
  }

  @Test
  void sharesTheTimeBetweenTwoReadingsByParts() {
    var before = new CpuTimes(0, Map.of("database", Map.of(1L, 10.0, 2L, 5.0)), 100);
    var after = new CpuTimes(2_000_000_000, Map.of("database", Map.of(1L, 11.0, 3L, 0.5)), 104);

    assertThat(after.coresSince(before))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("database", 0.75, "others", 1.25, "machine", 2.0));
  }
}
