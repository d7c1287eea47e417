package io.stripchart.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.qpid.server.message.ServerMessage;
import org.apache.qpid.server.model.Queue;
import org.apache.qpid.server.model.VirtualHost;
import org.apache.qpid.server.store.derby.DerbyUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages above the size limit, stored by a version without the limit. Qpid delivers a message
 * from direct memory. If that does not suffice, nothing behind the message is delivered either. So
 * at start, before clients connect, they are moved from the queues to files in the folder {@code
 * oversized}, byte for byte.
 *
 * <p>Bodies are copied from the database of the store, which takes no direct memory.
 */
final class OversizedMessages {
  private static final Logger log = LoggerFactory.getLogger(OversizedMessages.class);
  private static final String CONTENT =
      "select content from QPID_MESSAGE_CONTENT where message_id = ?";

  private final Path folder;
  private final String storeUrl;

  private record Oversized(long id, long size, String routingKey) {}

  /**
   * @param folder of the broker
   * @param host name of the virtual host
   */
  OversizedMessages(Path folder, String host) {
    this.folder = folder.resolve("oversized");
    var store = folder.toAbsolutePath().resolve(host).resolve("messages");
    this.storeUrl = DerbyUtils.createConnectionUrl(host, store.toString());
  }

  /** Moves those of all queues. A message that cannot be moved stays, and is logged. */
  void moveFrom(VirtualHost<?> host, long limit) {
    for (Queue<?> queue : host.getChildren(Queue.class)) moveFrom(queue, limit);
  }

  private void moveFrom(Queue<?> queue, long limit) {
    for (var message : find(queue, limit)) {
      try {
        var file = copy(message);
        queue.deleteMessages(List.of(message.id()), null, 1);
        log.warn(
            "event=oversized_message_moved queue=\"{}\" routing_key=\"{}\" bytes={} file=\"{}\"",
            queue.getName(),
            message.routingKey(),
            message.size(),
            file);
      } catch (IOException | SQLException failure) {
        log.error(
            "event=oversized_message_not_moved queue=\"{}\" routing_key=\"{}\" bytes={}",
            queue.getName(),
            message.routingKey(),
            message.size(),
            failure);
      }
    }
  }

  private static List<Oversized> find(Queue<?> queue, long limit) {
    var found = new ArrayList<Oversized>();
    queue.visit(
        entry -> {
          ServerMessage<?> message = entry.getMessage();
          if (message != null && message.getSize() > limit) {
            found.add(
                new Oversized(
                    message.getMessageNumber(),
                    message.getSize(),
                    message.getInitialRoutingAddress()));
          }
          return false;
        });
    return found;
  }

  /** A message that several queues hold is copied once. */
  private Path copy(Oversized message) throws IOException, SQLException {
    Folders.create(folder);
    var file = folder.resolve("message-" + message.id());
    if (Files.exists(file)) return file;
    var unfinished = folder.resolve("message-" + message.id() + ".unfinished");
    try (var connection = DriverManager.getConnection(storeUrl)) {
      copy(connection, message.id(), unfinished);
    }
    if (Files.size(unfinished) != message.size()) {
      throw new IOException(unfinished + " has " + Files.size(unfinished) + " bytes");
    }
    return Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void copy(Connection connection, long id, Path file)
      throws IOException, SQLException {
    try (var statement = connection.prepareStatement(CONTENT)) {
      statement.setLong(1, id);
      try (var rows = statement.executeQuery()) {
        if (!rows.next()) throw new IOException("message " + id + " has no content");
        try (var content = rows.getBinaryStream(1)) {
          Files.deleteIfExists(file);
          Files.copy(content, file);
          Folders.restrictFile(file);
        }
      }
    }
  }
}
