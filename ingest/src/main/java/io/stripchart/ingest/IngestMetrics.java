package io.stripchart.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.stripchart.ingest.protocol.BadFrame;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntSupplier;

/** Everything that ingest counts. */
public final class IngestMetrics {
  /** Where readings come from; a tag. */
  public enum Source {
    FEED,
    PUSH
  }

  /** Why something was put on the dead-letter queue; a tag, of the counter that persist has too. */
  public enum DeadCause {
    /** Not a reading. */
    MALFORMED,
    /** The broker refuses it. */
    REFUSED
  }

  /** How a push request ended; a tag. */
  public enum PushOutcome {
    ACCEPTED,
    MALFORMED,
    TOO_MUCH,
    UNAVAILABLE
  }

  private final MeterRegistry registry;
  private final Map<Source, Counter> received;
  private final Map<Source, Counter> published;
  private final Map<Source, Counter> confirmed;
  private final Map<Source, Counter> refused;
  private final Map<BadFrame, Counter> badFrames;
  private final Map<PushOutcome, Counter> pushes;
  private final Map<DeadCause, Counter> dead;
  private final Counter gaps;
  private final Counter lost;
  private final Counter pauses;
  private final Counter deadLost;
  private final List<Gauge> gauges = new ArrayList<>();

  public IngestMetrics(MeterRegistry registry) {
    this.registry = registry;
    received = bySource("received", "Readings that arrived sound");
    published = bySource("published", "Readings passed to the publisher");
    confirmed = bySource("confirmed", "Readings that the broker confirmed");
    refused = bySource("refused", "Readings that the broker did not confirm");
    badFrames =
        counters(
            BadFrame.class, "stripchart.feeds.bad.frames", "kind", "Frames that hold no reading");
    pushes = counters(PushOutcome.class, "stripchart.pushes", "outcome", "Push requests");
    dead =
        counters(
            DeadCause.class,
            "stripchart.messages.dead",
            "cause",
            "Messages put on the dead-letter queue");
    gaps = counter("stripchart.feeds.gaps", "Times that a feed's connection was lost");
    pauses =
        counter(
            "stripchart.feeds.pauses", "Times that a feed was paused because there was no room");
    deadLost =
        counter("stripchart.messages.dead.lost", "Messages that the dead-letter queue did not get");
    lost = counter("stripchart.readings.lost", "Readings of feeds that were given up");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Map<Source, Counter> bySource(String what, String description) {
    return counters(Source.class, "stripchart.readings." + what, "source", description);
  }

  private <E extends Enum<E>> Map<E, Counter> counters(
      Class<E> kinds, String name, String tag, String description) {
    var counters = new EnumMap<E, Counter>(kinds);
    for (var kind : kinds.getEnumConstants()) {
      counters.put(
          kind,
          Counter.builder(name)
              .description(description)
              .tag(tag, kind.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    return counters;
  }

  /** Shows a number until {@link #close}; called from any thread. */
  public void show(String name, String description, IntSupplier number) {
    gauges.add(
        Gauge.builder(name, number, IntSupplier::getAsInt)
            .description(description)
            .strongReference(true)
            .register(registry));
  }

  public void received(Source source, int readings) {
    received.get(source).increment(readings);
  }

  public void published(Source source, int readings) {
    published.get(source).increment(readings);
  }

  public void confirmed(Source source, int readings) {
    confirmed.get(source).increment(readings);
  }

  public void refused(Source source, int readings) {
    refused.get(source).increment(readings);
  }

  public void badFrame(BadFrame kind) {
    badFrames.get(kind).increment();
  }

  public void push(PushOutcome outcome) {
    pushes.get(outcome).increment();
  }

  public void dead(DeadCause cause) {
    dead.get(cause).increment();
  }

  public void deadLost() {
    deadLost.increment();
  }

  /** A reading of a feed was taken, and will not be published. */
  public void lost() {
    lost.increment();
  }

  public void pause() {
    pauses.increment();
  }

  public void gap() {
    gaps.increment();
  }

  /** Removes the gauges of a stopped process. */
  void close() {
    gauges.forEach(registry::remove);
  }
}
