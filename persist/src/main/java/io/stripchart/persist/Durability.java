package io.stripchart.persist;

import io.stripchart.common.operations.LogLimit;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether committed data survives a crash of the database's machine. Sessions can make the database
 * wait for the disk at each commit, and ours do; whether it writes to the disk at all is a setting
 * of the server. For one context; the warning may be read by any thread.
 */
final class Durability {
  private static final Logger log = LoggerFactory.getLogger(Durability.class);
  private static final String SETTINGS =
      "select current_setting('fsync'), current_setting('full_page_writes')";

  private final LogLimit reminders = new LogLimit();
  private volatile String warning;

  /** Asks the database; whether it answers. */
  Future<Void> look(SqlClient client) {
    return client.query(SETTINGS).execute().map(rows -> seen(rows.iterator().next()));
  }

  private Void seen(Row row) {
    var off = new ArrayList<String>();
    if (row.getString(0).equals("off")) off.add("fsync");
    if (row.getString(1).equals("off")) off.add("full_page_writes");
    if (off.isEmpty()) {
      warning = null;
      return null;
    }
    var text =
        String.join(" and ", off)
            + (off.size() == 1 ? " is" : " are")
            + " off in the database: stored readings may be lost or damaged when its machine"
            + " crashes";
    boolean isNew = !text.equals(warning);
    warning = text;
    if (isNew && reminders.admit().isPresent())
      log.warn("event=database_not_durable reason=\"{}\"", text);
    return null;
  }

  /** For readiness. */
  Optional<String> warning() {
    return Optional.ofNullable(warning);
  }
}
