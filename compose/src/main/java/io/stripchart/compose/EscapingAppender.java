package io.stripchart.compose;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.ConsoleAppender;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * Writes each message as one line, whatever is in it. Values come from others: names of queues and
 * series, headers, texts of errors. So characters that end a line, move the cursor or change the
 * direction of writing are escaped, in messages of exceptions too. A value of {@code key={}} is
 * quoted if it would not end at the next blank, and quotes in a quoted one are escaped, so that no
 * value passes for another key. Long values are cut.
 */
public final class EscapingAppender extends ConsoleAppender<ILoggingEvent> {
  @Override
  protected void append(ILoggingEvent event) {
    super.append(new Escaped(event));
  }

  /** The event with escaped texts, for the encoder. */
  private record Escaped(ILoggingEvent event) implements ILoggingEvent {
    @Override
    public String getFormattedMessage() {
      return LogText.message(event.getMessage(), event.getArgumentArray());
    }

    @Override
    public IThrowableProxy getThrowableProxy() {
      var thrown = event.getThrowableProxy();
      return thrown == null ? null : new EscapedThrowable(thrown);
    }

    @Override
    public String getThreadName() {
      return event.getThreadName();
    }

    @Override
    public Level getLevel() {
      return event.getLevel();
    }

    @Override
    public String getMessage() {
      return getFormattedMessage();
    }

    @Override
    public Object[] getArgumentArray() {
      return null;
    }

    @Override
    public String getLoggerName() {
      return event.getLoggerName();
    }

    @Override
    public LoggerContextVO getLoggerContextVO() {
      return event.getLoggerContextVO();
    }

    @Override
    public StackTraceElement[] getCallerData() {
      return event.getCallerData();
    }

    @Override
    public boolean hasCallerData() {
      return event.hasCallerData();
    }

    @Override
    public List<Marker> getMarkerList() {
      return event.getMarkerList();
    }

    @Override
    public Map<String, String> getMDCPropertyMap() {
      return event.getMDCPropertyMap();
    }

    @Override
    @Deprecated
    public Map<String, String> getMdc() {
      return event.getMDCPropertyMap();
    }

    @Override
    public long getTimeStamp() {
      return event.getTimeStamp();
    }

    @Override
    public Instant getInstant() {
      return event.getInstant();
    }

    @Override
    public int getNanoseconds() {
      return event.getNanoseconds();
    }

    @Override
    public long getSequenceNumber() {
      return event.getSequenceNumber();
    }

    @Override
    public List<KeyValuePair> getKeyValuePairs() {
      return event.getKeyValuePairs();
    }

    @Override
    public void prepareForDeferredProcessing() {
      event.prepareForDeferredProcessing();
    }
  }

  private record EscapedThrowable(IThrowableProxy thrown) implements IThrowableProxy {
    @Override
    public String getMessage() {
      return LogText.escaped(thrown.getMessage());
    }

    @Override
    public String getOverridingMessage() {
      return LogText.escaped(thrown.getOverridingMessage());
    }

    @Override
    public String getClassName() {
      return thrown.getClassName();
    }

    @Override
    public StackTraceElementProxy[] getStackTraceElementProxyArray() {
      return thrown.getStackTraceElementProxyArray();
    }

    @Override
    public int getCommonFrames() {
      return thrown.getCommonFrames();
    }

    @Override
    public IThrowableProxy getCause() {
      return thrown.getCause() == null ? null : new EscapedThrowable(thrown.getCause());
    }

    @Override
    public IThrowableProxy[] getSuppressed() {
      return Arrays.stream(thrown.getSuppressed())
          .map(EscapedThrowable::new)
          .toArray(IThrowableProxy[]::new);
    }

    @Override
    public boolean isCyclic() {
      return thrown.isCyclic();
    }
  }
}
