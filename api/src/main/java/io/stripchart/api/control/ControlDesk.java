package io.stripchart.api.control;

import io.stripchart.common.broker.Delivery;
import io.stripchart.common.broker.DurableConsumer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Passes messages of the control exchange to their handlers, by routing key. Belongs to the context
 * of its consumer.
 */
public final class ControlDesk implements DurableConsumer.Handler {
  private final Map<String, DurableConsumer.Handler> handlers = new LinkedHashMap<>();

  /** Before it is listened with. */
  public ControlDesk add(List<String> routingKeys, DurableConsumer.Handler handler) {
    routingKeys.forEach(key -> handlers.put(key, handler));
    return this;
  }

  /** The messages to listen to. */
  public List<String> bindings() {
    return List.copyOf(handlers.keySet());
  }

  private Iterable<DurableConsumer.Handler> all() {
    return new LinkedHashSet<>(handlers.values());
  }

  @Override
  public void deliver(List<Delivery> deliveries) {
    var byHandler = new LinkedHashMap<DurableConsumer.Handler, List<Delivery>>();
    for (var delivery : deliveries) {
      var handler = handlers.get(delivery.routingKey());
      if (handler == null) continue;
      byHandler.computeIfAbsent(handler, first -> new ArrayList<>()).add(delivery);
    }
    byHandler.forEach(DurableConsumer.Handler::deliver);
  }

  @Override
  public void lost() {
    all().forEach(DurableConsumer.Handler::lost);
  }

  @Override
  public void consuming() {
    all().forEach(DurableConsumer.Handler::consuming);
  }
}
