package io.stripchart.common.database;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Server parameters that every session of this program sets when it connects: committed data
 * survives a crash of the server, and a client that vanishes holds locks for seconds, not for the
 * hours of TCP's defaults.
 *
 * <p>A connection pooler may drop them; transactions that depend on one set it themselves.
 */
public final class SessionParameters {
  /**
   * After which the server ends a session that has begun a transaction and sends nothing. It then
   * releases its locks, also if the client's machine is gone.
   */
  public static final int IDLE_IN_TRANSACTION_SECONDS = 10;

  private static final String SYNCHRONOUS_COMMIT = "synchronous_commit";
  private static final String IDLE_IN_TRANSACTION = "idle_in_transaction_session_timeout";

  /** All of these flush the commit record of a transaction before it is answered. */
  private static final Set<String> DURABLE = Set.of("on", "remote_apply");

  /** An idle peer that is gone is noticed within 25 s, one that takes no data within 20 s. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          SYNCHRONOUS_COMMIT,
          "on",
          IDLE_IN_TRANSACTION,
          Integer.toString(IDLE_IN_TRANSACTION_SECONDS * 1_000),
          "tcp_keepalives_idle",
          "10",
          "tcp_keepalives_interval",
          "5",
          "tcp_keepalives_count",
          "3",
          "tcp_user_timeout",
          "20000");

  /**
   * Statements that begin a transaction of ours, also behind a pooler that dropped the parameters.
   * A server that waits for its standbys to apply a commit goes on doing so.
   */
  public static final String BEGIN =
      """
      begin;
      set local idle_in_transaction_session_timeout = '%ds';
      select set_config('synchronous_commit', 'on', true)
      where current_setting('synchronous_commit') not in ('on', 'remote_apply')"""
          .formatted(IDLE_IN_TRANSACTION_SECONDS);

  private SessionParameters() {}

  /**
   * @param given parameters of the database's URI, which win unless commits would not be durable
   */
  static Map<String, String> of(Map<String, String> given) {
    var parameters = new HashMap<>(DEFAULTS);
    for (var name : DEFAULTS.keySet()) {
      var value = given.get(name);
      if (value != null) parameters.put(name, value);
    }
    parameters.computeIfPresent(
        SYNCHRONOUS_COMMIT,
        (name, value) -> DURABLE.contains(value.toLowerCase(Locale.ROOT)) ? value : "on");
    return parameters;
  }

  /**
   * The same as the value of the JDBC driver's parameter {@code options}.
   *
   * @param idleSeconds for {@code idle_in_transaction_session_timeout}: a migration holds its lock
   *     in a transaction of its own, which is idle while the migration runs
   */
  static String jdbcOptions(Map<String, String> given, int idleSeconds) {
    var parameters = new TreeMap<>(of(given));
    parameters.put(IDLE_IN_TRANSACTION, Integer.toString(idleSeconds * 1_000));
    var options =
        parameters.entrySet().stream()
            .map(entry -> "-c " + entry.getKey() + "=" + entry.getValue().replace(" ", "\\ "))
            .collect(Collectors.joining(" "));
    return URLEncoder.encode(options, StandardCharsets.UTF_8);
  }
}
