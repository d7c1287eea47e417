package io.stripchart.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.BrokerModel;
import org.apache.qpid.server.model.SystemConfig;

/**
 * Configuration of Qpid.
 *
 * <p>It is passed at each start as a {@code data:} URL, and not stored. Only the virtual host is on
 * disk, so port and password may differ from one start to the next.
 */
final class QpidConfiguration {
  static final String DEFAULT_HOST = "default";

  private QpidConfiguration() {}

  /**
   * All that the launcher needs.
   *
   * @param maxMessage bytes of a message at most
   * @param work where Qpid would put files of its own; it makes none here
   */
  static Map<String, Object> system(EmbeddedBroker.Config config, Path work, long maxMessage) {
    var attributes = new HashMap<String, Object>();
    attributes.put(SystemConfig.TYPE, "Memory");
    attributes.put(SystemConfig.INITIAL_CONFIGURATION_LOCATION, dataUrl(broker(config)));
    attributes.put(SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, "false");
    var context = new HashMap<>(context(work, maxMessage));
    if (config.folder().isPresent()) context.putAll(memory());
    attributes.put(SystemConfig.CONTEXT, context);
    return attributes;
  }

  private static Map<String, String> context(Path work, long maxMessage) {
    return Map.ofEntries(
        Map.entry("qpid.work_dir", work.toAbsolutePath().toString()),
        // Else 100 MiB, each of which takes as much direct memory.
        Map.entry("qpid.max_message_size", Long.toString(maxMessage)),
        // Else it keeps up to 1,024 buffers of direct memory, 256 MB, that it has used once. The
        // same
        // for all brokers of a process, which share them.
        Map.entry("broker.directByteBufferPoolSize", "64"),
        // RabbitMQ ignores arguments that it does not know; Qpid would close the connection.
        Map.entry("queue.behaviourOnUnknownDeclareArgument", "IGNORE"),
        Map.entry("exchange.behaviourOnUnknownDeclareArgument", "IGNORE"),
        // Else publishers stop while the disk is over 90 % full, whosever files those are.
        Map.entry("store.filesystem.maxUsagePercent", "0"),
        // Else 70 threads for each virtual host, all started at once.
        Map.entry("virtualhost.connectionThreadPool.size", "8"),
        Map.entry("virtualhost.connectionThreadPool.numberOfSelectors", "1"),
        Map.entry("qpid.port.amqp.threadPool.size", "2"),
        Map.entry("qpid.port.amqp.threadPool.numberOfSelectors", "1"));
  }

  /**
   * Where messages are on disk too. Qpid holds their content in direct memory, which it shares with
   * Netty. It would let them take three quarters of it, and look only every 30 s whether they do.
   */
  private static Map<String, String> memory() {
    return Map.of(
        "broker.flowToDiskThreshold",
        Long.toString(Broker.DEFAULT_FLOW_TO_DISK_THRESHOLD / 3),
        "virtualhost.flowToDiskCheckPeriod",
        "250");
  }

  private static Map<String, Object> broker(EmbeddedBroker.Config config) {
    return Map.of(
        "name",
        "stripchart",
        "modelVersion",
        BrokerModel.MODEL_VERSION,
        "authenticationproviders",
        List.of(users(config)),
        "virtualhostnodes",
        List.of(
            config
                .folder()
                .map(QpidConfiguration::durableHost)
                .orElseGet(() -> memoryHost(DEFAULT_HOST, true))));
  }

  private static Map<String, Object> users(EmbeddedBroker.Config config) {
    return Map.of(
        "name",
        "users",
        "type",
        "Plain",
        // Without TLS, PLAIN and AMQPLAIN are all that clients speak.
        "secureOnlyMechanisms",
        List.of(),
        "users",
        List.of(Map.of("name", config.user(), "type", "managed", "password", config.password())));
  }

  /** Created after the messages, so that no client connects earlier. */
  static Map<String, Object> port(int port) {
    return Map.of(
        "name", "amqp",
        "type", "AMQP",
        "port", port,
        "bindingAddress", "127.0.0.1",
        "authenticationProvider", "users",
        "protocols", List.of("AMQP_0_9_1"),
        "virtualhostaliases",
            List.of(
                Map.of("name", "nameAlias", "type", "nameAlias"),
                Map.of("name", "defaultAlias", "type", "defaultAlias")));
  }

  static Map<String, Object> memoryHost(String name, boolean isDefault) {
    return Map.of(
        "name",
        name,
        "type",
        "Memory",
        "defaultVirtualHostNode",
        isDefault,
        "virtualHostInitialConfiguration",
        "{\"type\":\"Memory\"}");
  }

  private static Map<String, Object> durableHost(Path folder) {
    return Map.of(
        "name",
        DEFAULT_HOST,
        "type",
        "DERBY",
        "defaultVirtualHostNode",
        true,
        "storePath",
        folder.toAbsolutePath().toString(),
        "virtualHostInitialConfiguration",
        "{\"type\":\"DERBY\"}");
  }

  private static String dataUrl(Map<String, Object> json) {
    try {
      var text = new ObjectMapper().writeValueAsString(json);
      return "data:;base64,"
          + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("maps, lists and strings are JSON", impossible);
    }
  }
}
