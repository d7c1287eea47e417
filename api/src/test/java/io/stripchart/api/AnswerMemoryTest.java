package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.api.ApiException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AnswerMemoryTest {
  private final AnswerMemory memory = new AnswerMemory(1_000_000, 4_000_000);

  @Test
  void refusesAnAnswerThatIsTooLarge() {
    var hold = memory.hold();
    hold.add(1_000_000);
    assertThatThrownBy(() -> hold.add(1))
        .hasMessageContaining("larger than 1,000,000 bytes")
        .extracting("code")
        .isEqualTo(Code.LIMIT);
    hold.release();
    assertThat(memory.held()).hasValue(0);
  }

  @Test
  void leavesRoomForSmallAnswersWhereLargeOnesWait() {
    for (int i = 0; i < 3; i++) memory.hold().add(1_000_000);
    assertThatThrownBy(() -> memory.hold().add(100_000))
        .hasMessageContaining("try again")
        .extracting("code")
        .isEqualTo(Code.BUSY);
    var small = memory.hold();
    assertThatCode(() -> small.add(60_000)).doesNotThrowAnyException();
    assertThatThrownBy(() -> small.add(10_000)).hasMessageContaining("try again");
    assertThat(memory.held()).hasValue(3_060_000);
  }

  @Test
  void refusesSmallAnswersTooWhereNothingIsLeft() {
    for (int i = 0; i < 4_000_000 / 50_000; i++) memory.hold().add(50_000);
    var refused = memory.hold();
    assertThatThrownBy(() -> refused.add(1)).hasMessageContaining("try again");
    refused.release();
    refused.release();
    assertThat(memory.held()).hasValue(4_000_000);
  }
}
