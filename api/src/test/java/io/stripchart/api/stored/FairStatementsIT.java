package io.stripchart.api.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stripchart.api.ApiException;
import io.stripchart.api.turns.Requester;
import io.stripchart.api.turns.Waiters;
import io.stripchart.common.database.DatabaseSettings;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several clients on one event loop, over two connections for slow statements. */
@Tag("brokerless")
@Timeout(120)
class FairStatementsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String SHORT = "select pg_sleep(0.02)::text";

  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private SlowStatements slow;
  private DatabaseLink link;

  @BeforeEach
  void open() {
    var settings = new DatabaseSettings(new Secret(database.uri()), 2, TIMEOUT);
    var opened = new CompletableFuture<Void>();
    loop.runOnContext(
        turn -> {
          slow = new SlowStatements(vertx, settings);
          link = new DatabaseLink(vertx, settings, TIMEOUT, slow);
          opened.complete(null);
        });
    opened.join();
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** The context of a request, as Vert.x's server makes one. */
  private final class Client {
    private final Context request = ((ContextInternal) loop).duplicate();

    Client(String address) {
      var bound = new CompletableFuture<Void>();
      request.runOnContext(
          turn -> {
            new Requester(address, this).bind();
            bound.complete(null);
          });
      bound.join();
    }

    CompletableFuture<String> ask(String sql) {
      var answer = new CompletableFuture<String>();
      request.runOnContext(
          turn -> sent(sql).onComplete(answer::complete, answer::completeExceptionally));
      return answer;
    }

    /** Asks what others may ask too. */
    CompletableFuture<String> ask(Shared shared) {
      var answer = new CompletableFuture<String>();
      request.runOnContext(
          turn -> {
            if (shared.answer == null) shared.answer = shared.waiters.ask(() -> sent(shared.sql));
            shared
                .waiters
                .join(shared.answer)
                .onComplete(answer::complete, answer::completeExceptionally);
          });
      return answer;
    }

    void close() {
      var closed = new CompletableFuture<Void>();
      request.runOnContext(
          turn -> {
            slow.closed(Requester.current());
            closed.complete(null);
          });
      closed.join();
    }

    private Future<String> sent(String sql) {
      return link.slow(sql, Tuple.tuple()).map(rows -> rows.iterator().next().getString(0));
    }

    /** Repeats the request as soon as it is answered. */
    void askOn(String sql, AtomicBoolean goesOn) {
      request.runOnContext(turn -> again(sql, goesOn));
    }

    private void again(String sql, AtomicBoolean goesOn) {
      // Behind a future, as real questions are: the requester must still be known.
      if (goesOn.get()) sent(sql).onComplete(done -> again(sql, goesOn));
    }

    /** How long the slowest of some took, one after the other. */
    Duration slowest(int statements) {
      var slowest = Duration.ZERO;
      for (int i = 0; i < statements; i++) {
        long begin = System.nanoTime();
        ask(SHORT).join();
        var took = Duration.ofNanos(System.nanoTime() - begin);
        if (took.compareTo(slowest) > 0) slowest = took;
      }
      return slowest;
    }
  }

  private static final class Shared {
    private final Waiters waiters = new Waiters();
    private final String sql;
    private Future<String> answer;

    Shared(String sql) {
      this.sql = sql;
    }
  }

  private static void isAtMostTwice(Duration beside, Duration alone) {
    var floor = Duration.ofMillis(400);
    var most = alone.multipliedBy(2).compareTo(floor) > 0 ? alone.multipliedBy(2) : floor;
    assertThat(beside).isLessThan(most);
  }

  @Test
  void aQuietConnectionIsNotSlowedByOneThatFloods() {
    var quiet = new Client("127.0.0.1");
    var alone = quiet.slowest(50);
    var goesOn = new AtomicBoolean(true);
    var flood = new Client("127.0.0.1");
    // One after the other, those would keep it waiting for a second each time.
    for (int i = 0; i < 100; i++) flood.askOn(SHORT, goesOn);
    isAtMostTwice(quiet.slowest(50), alone);
    goesOn.set(false);
  }

  @Test
  void aQuietAddressIsNotSlowedByManyConnectionsOfAnother() {
    var quiet = new Client("127.0.0.2");
    var alone = quiet.slowest(50);
    var goesOn = new AtomicBoolean(true);
    for (int i = 0; i < 100; i++) new Client("127.0.0.1").askOn(SHORT, goesOn);
    isAtMostTwice(quiet.slowest(50), alone);
    goesOn.set(false);
  }

  @Test
  void statementsThatTakeLongLeaveAPlaceToOthers() {
    var flood = new Client("127.0.0.1");
    var long1 = flood.ask("select pg_sleep(5)::text");
    var long2 = flood.ask("select pg_sleep(5)::text");
    new Client("127.0.0.1").ask(SHORT).join();
    new Client("127.0.0.2").ask(SHORT).join();
    assertThat(long1).isNotDone();
    assertThat(long2).isNotDone();
  }

  @Test
  void refusesWhatIsTooMuchOfOneConnectionAtOnceAndServesOthers() {
    var flood = new Client("127.0.0.1");
    var running =
        List.of(flood.ask("select pg_sleep(3)::text"), flood.ask("select pg_sleep(3)::text"));
    var waiting = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < SlowStatements.MAX_OF_CONNECTION; i++) waiting.add(flood.ask("select ''"));
    assertThatThrownBy(flood.ask("select ''")::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessageContaining("too many queries of this client")
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo(ApiException.Code.BUSY));
    assertThat(running).noneMatch(CompletableFuture::isDone);
    assertThat(new Client("127.0.0.1").ask("select 'served'").join()).isEqualTo("served");
    waiting.forEach(CompletableFuture::join);
    assertThat(flood.ask("select 'again'").join()).isEqualTo("again");
  }

  @Test
  void aSharedStatementRunsInTheTurnOfWhoJoins() {
    var flood = new Client("127.0.0.1");
    var waiting = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 50; i++) waiting.add(flood.ask("select pg_sleep(0.2)::text"));
    var shared = new Shared("select 'shared'");
    var first = flood.ask(shared);
    assertThat(new Client("127.0.0.2").ask(shared).join()).isEqualTo("shared");
    assertThat(waiting.get(40)).isNotDone();
    // It ran once, for both.
    assertThat(first.join()).isEqualTo("shared");
    assertThat(waiting.get(40)).isNotDone();
  }

  @Test
  void statementsOfAClosedConnectionAreNotSentUnlessOthersWaitForThem() {
    var gone = new Client("127.0.0.1");
    var running = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 2; i++) running.add(gone.ask("select pg_sleep(1)::text"));
    var shared = new Shared("select pg_sleep(0.01)::text || 'shared'");
    var alone = gone.ask("select 'alone'");
    var together = gone.ask(shared);
    var other = new Client("127.0.0.1");
    for (int i = 0; i < 2; i++) running.add(other.ask("select pg_sleep(1)::text"));
    var joined = other.ask(shared);
    gone.close();
    assertThatThrownBy(alone::join).hasMessageContaining("has closed its connection");
    assertThat(together).isNotDone();
    assertThat(joined.join()).isEqualTo("shared");
    running.forEach(CompletableFuture::join);
    assertThat(gone.ask("select 'last'").join()).isEqualTo("last");
  }
}
