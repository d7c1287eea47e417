package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("brokerless")
@Timeout(120)
class DatabaseLinkIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final String PROCESS = "select pg_backend_pid()::text";

  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  private final Vertx vertx = Vertx.vertx();
  private SlowStatements slow;
  private Asker first;
  private Asker second;

  /** A link on a context of its own. */
  private static final class Asker {
    private final Context context;
    private DatabaseLink link;

    private Asker(Context context) {
      this.context = context;
    }

    private CompletableFuture<String> ask(String sql) {
      var answer = new CompletableFuture<String>();
      context.runOnContext(
          turn ->
              complete(
                  answer,
                  link.slow(sql, Tuple.tuple()).map(rows -> rows.iterator().next().getString(0))));
      return answer;
    }

    private void complete(CompletableFuture<String> answer, Future<String> asked) {
      asked.onComplete(
          done -> {
            if (Vertx.currentContext() != context) {
              answer.completeExceptionally(new AssertionError("on another context"));
            } else if (done.succeeded()) {
              answer.complete(done.result());
            } else {
              answer.completeExceptionally(done.cause());
            }
          });
    }
  }

  @BeforeEach
  void open() {
    open(TIMEOUT.multipliedBy(9).dividedBy(10));
  }

  private void open(Duration statementTimeout) {
    var settings = new DatabaseSettings(new Secret(database.uri()), 1, statementTimeout);
    slow = new SlowStatements(vertx, settings, false);
    first = asker(settings);
    second = asker(settings);
  }

  private Asker asker(DatabaseSettings settings) {
    var asker = new Asker(vertx.getOrCreateContext());
    var opened = new CompletableFuture<Void>();
    asker.context.runOnContext(
        turn -> {
          asker.link = new DatabaseLink(vertx, settings, TIMEOUT, slow);
          opened.complete(null);
        });
    opened.join();
    return asker;
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void sharesItsConnectionsAndAnswersEachOnItsOwnContext() {
    assertThat(first.context).isNotSameAs(second.context);
    assertThat(second.ask(PROCESS).join()).isEqualTo(first.ask(PROCESS).join());
  }

  @Test
  void keepsItsConnectionsWhileTheyAreBusy() {
    var before = first.ask(PROCESS).join();
    var running = first.ask("select pg_sleep(2)::text");
    var waiting = second.ask("select pg_sleep(2)::text");
    var late = second.ask(PROCESS);
    assertThat(running.join()).isEmpty();
    assertThatThrownBy(waiting::join).hasMessageContaining("within PT3S");
    assertThatThrownBy(late::join).hasMessageContaining("busy");
    assertThat(first.ask(PROCESS).join()).isEqualTo(before);
  }

  @Test
  void endsWhatTakesTooLongAndKeepsItsConnection() {
    open(TIMEOUT.dividedBy(2));
    var before = first.ask(PROCESS).join();
    assertThatThrownBy(first.ask("select pg_sleep(60)::text")::join)
        .hasMessageContaining("within PT3S");
    assertThat(second.ask(PROCESS).join()).isEqualTo(before);
  }

  @Test
  @SuppressWarnings("try")
  void replacesConnectionsThatFellSilent() {
    first.ask(PROCESS).join();
    try (var outage = database.frozen()) {
      assertThatThrownBy(first.ask(PROCESS)::join).hasMessageContaining("within PT3S");
    }
    await().until(() -> second.ask(PROCESS).handle((process, failure) -> failure == null).join());
  }
}
