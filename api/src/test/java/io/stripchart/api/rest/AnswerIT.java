package io.stripchart.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.api.AnswerMemory;
import io.stripchart.api.ApiMetrics;
import io.stripchart.common.reading.Reading;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where something fails that never should. */
@Tag("brokerless")
@Timeout(60)
class AnswerIT {
  private static final Table<Reading> TABLE =
      new Table<>(
          List.of(Table.column("time", Reading::time), Table.column("value", Reading::value)));
  private static final Reading READING = new Reading("a", Instant.EPOCH, 1);

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ApiMetrics metrics = new ApiMetrics(registry);

  @AfterEach
  void stop() throws Exception {
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private HttpResponse<String> ask(Reply reply) throws Exception {
    var server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    new Answer(
                            request,
                            metrics,
                            new AnswerMemory(1 << 20, 1 << 20),
                            new RowStream.Places())
                        .give(Future.succeededFuture(reply)))
            .listen(0, "127.0.0.1")
            .await(30, TimeUnit.SECONDS);
    var uri = URI.create("http://127.0.0.1:" + server.actualPort());
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private static Reply stream(Rows<Reading> rows) {
    return new Reply.Stream<>(Format.CSV, TABLE, rows);
  }

  /** No row can be written of null. */
  private static Future<Rows.Page<Reading>> page(boolean isLast, Reading... rows) {
    return Future.succeededFuture(new Rows.Page<>(Arrays.asList(rows), isLast));
  }

  private void assertThatItFailed() {
    await().untilAsserted(() -> assertThat(requests("failed")).isEqualTo(1));
    assertThat(requests("ok")).isZero();
    assertThat(metrics.streams()).hasValue(0);
    assertThat(registry.get("stripchart.api.stream.rows.held").gauge().value()).isZero();
  }

  private double requests(String outcome) {
    return registry.get("stripchart.api.rest.requests").tag("outcome", outcome).counter().count();
  }

  @Test
  void streamsRows() throws Exception {
    var pages = List.of(page(false, READING, READING), page(true, READING)).iterator();
    var response = ask(stream(pages::next));
    assertThat(response.body().lines()).hasSize(4);
    await().untilAsserted(() -> assertThat(requests("ok")).isEqualTo(1));
    assertThat(metrics.streams()).hasValue(0);
  }

  @Test
  void refusesWhereTheFirstRowsCannotBeWritten() throws Exception {
    var response = ask(stream(() -> page(true, READING, null)));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).contains("internal error");
    assertThatItFailed();
  }

  @Test
  void refusesWhereRowsCannotBeAskedFor() throws Exception {
    var response =
        ask(
            stream(
                () -> {
                  throw new IllegalStateException("as expected");
                }));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThatItFailed();
  }

  @Test
  void breaksTheConnectionWhereLaterRowsCannotBeWritten() {
    var pages = List.of(page(false, READING), page(true, READING, null)).iterator();
    assertThatThrownBy(() -> ask(stream(pages::next))).isInstanceOf(IOException.class);
    assertThatItFailed();
  }

  @Test
  void refusesWhereADocumentCannotBeWritten() throws Exception {
    var response = ask(Reply.Document.json(null));
    assertThat(response.statusCode()).isEqualTo(500);
    assertThatItFailed();
  }
}
