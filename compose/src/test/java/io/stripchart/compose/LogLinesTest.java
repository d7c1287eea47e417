package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/** Log output with the program's own logback.xml, for messages whose content comes from others. */
@Timeout(30)
class LogLinesTest {
  private static final String FORGED = "room\n2026-11-21T02:41:48.123Z ERROR Main event=forged";

  private final LoggerContext context = new LoggerContext();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private Logger logger(String format) throws JoranException {
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("STRIPCHART_LOG", format);
    var configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Main.class.getResource("/logback.xml"));
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    for (Iterator<?> all = root.iteratorForAppenders(); all.hasNext(); ) {
      @SuppressWarnings("unchecked")
      var appender = (OutputStreamAppender<ILoggingEvent>) all.next();
      appender.setOutputStream(written);
    }
    return context.getLogger("io.stripchart.Test");
  }

  private List<String> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void keepsEachMessageInOneLine(String format) throws JoranException {
    var log = logger(format);
    log.warn("event=refused routing_key={} exchange=\"{}\" because of {}", FORGED, FORGED, FORGED);
    log.warn("event=refused " + FORGED);
    log.warn("event=refused {}", FORGED, new IllegalStateException(FORGED));
    assertThat(lines()).noneMatch(line -> line.startsWith("2026-11-21T02:41:48.123Z"));
    if (format.equals("json"))
      assertThat(lines()).hasSize(3).allMatch(line -> line.startsWith("{"));
  }

  @Test
  void writesNoControlsOfATerminalAndNoOverridesOfDirection() throws JoranException {
    logger("text")
        .warn(
            "key={} {}",
            "a\u001b[2Jb\u0007\u009bc\u202ed\u2066\u2028\u200be\u0000",
            "\r\u001b]0;x");
    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0))
        .endsWith(
            "key=\"a\\u001b[2Jb\\u0007\\u009bc\\u202ed\\u2066\\u2028\\u200be\\u0000\""
                + " \\r\\u001b]0;x");
  }

  @Test
  void quotesValuesThatWouldPassForOtherKeys() throws JoranException {
    var log = logger("text");
    log.warn("a={} b={} c=\"{}\" d={}", "x event=y", "", "x\" event=\"y\\", "word");
    log.warn("millis={} on={} series={} left={}", 12, true, "room.1", null);
    assertThat(lines().get(0))
        .endsWith("a=\"x event=y\" b=\"\" c=\"x\\\" event=\\\"y\\\\\" d=word");
    assertThat(lines().get(1)).endsWith("millis=12 on=true series=room.1 left=null");
  }

  @Test
  void cutsWhatIsTooLong() throws JoranException {
    logger("text").warn("a={} b=\"{}\"", "x".repeat(1_000_000), "y".repeat(1_000_000));
    assertThat(lines().get(0)).hasSizeLessThan(9_000).contains("x…\"", "y…\"");
  }

  @Test
  void keepsTheStackTracesOfFailuresAndTheirCauses() throws JoranException {
    logger("text")
        .error("event=failed", new IllegalStateException("outer", new java.io.IOException("a\nb")));
    assertThat(lines()).anyMatch(line -> line.startsWith("java.io.IOException: a\\nb"));
    assertThat(lines()).anyMatch(line -> line.contains("java.lang.IllegalStateException: outer"));
    assertThat(lines()).anyMatch(line -> line.startsWith("\tat "));
  }
}
