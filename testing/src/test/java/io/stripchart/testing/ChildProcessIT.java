package io.stripchart.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("brokerless")
@Timeout(60)
class ChildProcessIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Prints its input, and then runs the action in its first argument. */
  static final class Talker {
    public static void main(String[] arguments) throws InterruptedException {
      System.out.println("variable " + System.getenv("STRIPCHART_TALKER"));
      System.out.println("property " + System.getProperty("talker"));
      switch (arguments[0]) {
        case "wait" -> Thread.currentThread().join();
        case "chatter" -> IntStream.rangeClosed(1, 10_000).forEach(System.out::println);
        default -> System.exit(Integer.parseInt(arguments[0]));
      }
    }
  }

  @Test
  void passesArgumentsAndEnvironment() {
    var command =
        ChildProcess.of(Talker.class)
            .withArguments("7")
            .withJvmArguments("-Dtalker=set")
            .withEnvironment("STRIPCHART_TALKER", "value");
    try (var child = command.start()) {
      assertThat(child.awaitLine("variable (.*)", LIMIT).group(1)).isEqualTo("value");
      assertThat(child.awaitLine("property (.*)", LIMIT).group(1)).isEqualTo("set");
      assertThat(child.awaitExit(LIMIT)).isEqualTo(7);
    }
  }

  @Test
  void killsAtOnce() {
    try (var child = ChildProcess.of(Talker.class).withArguments("wait").start()) {
      child.awaitLine("property", LIMIT);
      assertThat(child.isAlive()).isTrue();
      child.kill9();
      assertThat(child.isAlive()).isFalse();
      assertThat(child.awaitExit(LIMIT)).isEqualTo(137);
    }
  }

  @Test
  void terminates() {
    try (var child = ChildProcess.of(Talker.class).withArguments("wait").start()) {
      child.awaitLine("property", LIMIT);
      child.terminate();
      assertThat(child.awaitExit(LIMIT)).isEqualTo(143);
    }
  }

  @Test
  void killsWhatIsClosed() {
    ProcessHandle process;
    try (var child = ChildProcess.of(Talker.class).withArguments("wait").start()) {
      process = ProcessHandle.of(child.pid()).orElseThrow();
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void keepsTheEndOfMuchOutput() {
    try (var child = ChildProcess.of(Talker.class).withArguments("chatter").start()) {
      child.awaitLine("^10000$", LIMIT);
      assertThat(child.lines()).hasSize(OutputLines.KEPT).startsWith("8001").endsWith("10000");
      assertThat(child.toString()).contains("\n9951\n").doesNotContain("\n9950\n");
    }
  }

  @Test
  void showsTheOutputOfAProcessThatEndedTooSoon() {
    try (var child = ChildProcess.of(Talker.class).withArguments("3").start()) {
      assertThatThrownBy(() -> child.awaitLine("never", LIMIT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("\"never\" before it ended")
          .hasMessageContaining("property null");
    }
  }

  @Test
  void givesUpWaitingForALine() {
    try (var child = ChildProcess.of(Talker.class).withArguments("wait").start()) {
      assertThatThrownBy(() -> child.awaitLine("never", Duration.ofMillis(100)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("within PT0.1S");
    }
  }
}
