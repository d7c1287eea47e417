package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.common.reading.Reading;
import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page, in a browser: where {@code -Dstripchart.chromium} says where Chromium is. */
@Timeout(240)
@EnabledIfSystemProperty(named = "stripchart.chromium", matches = ".+")
class GraphiqlIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String EDITOR =
      "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror";
  private static final String RESULT =
      "document.querySelector('.result-window .CodeMirror').CodeMirror";

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  @TempDir static Path profile;
  private static RunningApi api;
  private static StoredFeed stored;
  private static Browser browser;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    Seed.partition(database, "2020-11-09", "2020-11-16");
    Seed.readings(database, "satellite.temperature", "2020-11-10T00:00:00Z", 10);
    api = new RunningApi(broker.uri(), database.uri());
    stored = new StoredFeed(broker, database);
    browser = new Browser(api.vertx(), System.getProperty("stripchart.chromium"), profile);
  }

  @AfterAll
  static void stop() {
    if (browser != null) browser.close();
    if (stored != null) stored.close();
    if (api != null) api.close();
  }

  @Test
  void asksAndFollowsAndReachesThisServerOnly() {
    browser.open(api.uri("/graphiql/"));
    // Until it has loaded, there is nothing to ask.
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(thrown -> true)
        .until(() -> browser.evaluate(EDITOR + ".getValue()") != null);
    run("{ currentTemperature { value } }");
    awaitResult("\"value\": 9");
    run("subscription { temperature }");
    await().atMost(PATIENCE).until(() -> subscribers() == 1);
    stored.tell(new Reading("satellite.temperature", Instant.parse("2020-11-11T00:00:00Z"), 21.37));
    awaitResult("\"temperature\": 21.37");
    assertThat(browser.requests())
        .extracting(URI::getScheme)
        .contains("http", "ws")
        .doesNotContain("https", "wss");
    assertThat(browser.requests())
        .filteredOn(request -> request.getHost() != null)
        .extracting(URI::getHost)
        .containsOnly("127.0.0.1");
  }

  private static void run(String document) {
    var text = new JsonObject().put("text", document).encode();
    browser.evaluate(EDITOR + ".setValue(" + text + ".text)");
    // The page reads input a moment later; until then it uses the old text.
    await()
        .atMost(PATIENCE)
        .until(() -> document.equals(browser.evaluate(EDITOR + ".documentAST.loc.source.body")));
    browser.evaluate("document.querySelector('.graphiql-execute-button').click()");
  }

  private static void awaitResult(String text) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(browser.evaluate(RESULT + ".getValue()"))
                    .as("complaints: %s", browser.complaints())
                    .contains(text));
  }

  private static double subscribers() {
    return api.surroundings().metrics().get("stripchart.api.subscribers").gauge().value();
  }
}
