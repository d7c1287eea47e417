package io.stripchart.common.broker;

import java.util.ArrayList;
import java.util.List;

/** What a consumer delivered; acknowledges each turn's last delivery, unless told otherwise. */
final class Taken implements DurableConsumer.Handler {
  private final List<Delivery> deliveries = new ArrayList<>();
  private DurableConsumer consumer;
  private boolean acknowledges = true;
  private boolean failsOnce;
  private int lost;
  private int opened;

  synchronized void from(DurableConsumer opened) {
    consumer = opened;
    // What came before this was known.
    if (!deliveries.isEmpty()) acknowledge();
  }

  synchronized void acknowledgesNothing() {
    acknowledges = false;
  }

  synchronized void acknowledges() {
    acknowledges = true;
    if (!deliveries.isEmpty()) acknowledge();
  }

  synchronized void failsOnce() {
    failsOnce = true;
  }

  @Override
  public synchronized void deliver(List<Delivery> delivered) {
    if (failsOnce) {
      failsOnce = false;
      throw new IllegalStateException("meant by the test");
    }
    deliveries.addAll(delivered);
    if (consumer != null) acknowledge();
  }

  private void acknowledge() {
    if (acknowledges) consumer.ackThrough(deliveries.get(deliveries.size() - 1));
  }

  @Override
  public synchronized void lost() {
    lost++;
  }

  @Override
  public synchronized void consuming() {
    opened++;
  }

  synchronized int timesLost() {
    return lost;
  }

  synchronized int timesOpened() {
    return opened;
  }

  synchronized void clear() {
    deliveries.clear();
  }

  synchronized List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  /** Each once, in order. */
  int[] numbers() {
    return deliveries().stream()
        .mapToInt(delivery -> Inspection.number(delivery.body()))
        .distinct()
        .sorted()
        .toArray();
  }
}
