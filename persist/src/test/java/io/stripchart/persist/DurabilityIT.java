package io.stripchart.persist;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** What an operator is told of a database that does not write to the disk in time. */
@Timeout(120)
class DurabilityIT {
  private static final String WARNING =
      " off in the database: stored readings may be lost or damaged when its machine crashes";

  @RegisterExtension final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestDatabase database = TestDatabase.create();

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger().addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger().detachAppender(lines);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(Durability.class);
  }

  /** These are settings of a whole server, which a test shares with others: so it shadows them. */
  private void set(String fsync, String fullPageWrites) {
    database.execute("create schema if not exists shadow");
    database.execute(
        """
        create or replace function shadow.current_setting(setting text) returns text
        language plpgsql as $$ begin
          return case setting when 'fsync' then '%s' when 'full_page_writes' then '%s'
            else pg_catalog.current_setting(setting) end;
        end $$"""
            .formatted(fsync, fullPageWrites));
    var name = database.query("select current_database()").get(0).get(0);
    database.execute("alter database " + name + " set search_path = public, shadow, pg_catalog");
  }

  private void awaitWarnings(Persisting persist, Map<String, String> warnings) {
    await().atMost(60, SECONDS).until(() -> persist.health.warnings().equals(warnings));
  }

  @Test
  void warnsOfEachSettingThatRisksStoredReadingsAndStaysReady() throws Exception {
    set("off", "on");
    try (var persist = new Persisting(broker, database).start()) {
      awaitWarnings(persist, Map.of("persist.durability", "fsync is" + WARNING));
      assertThat(persist.health.report().values()).allMatch(problem -> problem.isEmpty());
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly("event=database_not_durable reason=\"fsync is" + WARNING + "\"");
      set("off", "off");
      awaitWarnings(
          persist, Map.of("persist.durability", "fsync and full_page_writes are" + WARNING));
      set("on", "off");
      awaitWarnings(persist, Map.of("persist.durability", "full_page_writes is" + WARNING));
      set("on", "on");
      awaitWarnings(persist, Map.of());
    }
    assertThat(lines.list).hasSizeLessThanOrEqualTo(3);
  }
}
