package io.stripchart.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Swagger UI, in a browser: where {@code -Dstripchart.chromium} says where Chromium is. */
@Timeout(240)
@EnabledIfSystemProperty(named = "stripchart.chromium", matches = ".+")
class DocumentationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();
  @TempDir static Path profile;
  private static RunningApi api;
  private static Browser browser;

  @BeforeAll
  static void start() {
    RunningApi.migrate(database.directUri());
    api = new RunningApi(broker.uri(), database.uri());
    browser = new Browser(api.vertx(), System.getProperty("stripchart.chromium"), profile);
  }

  @AfterAll
  static void stop() {
    if (browser != null) browser.close();
    if (api != null) api.close();
  }

  @Test
  void showsEveryPathAndTriesOneOutAndReachesThisServerOnly() {
    browser.open(api.uri("/docs"));
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(thrown -> true)
        .untilAsserted(
            () ->
                assertThat(text(".swagger-ui"))
                    .as("complaints: %s", browser.complaints())
                    .contains("/series/{name}/readings", "Stripchart API"));
    click("#operations-series-listSeries .opblock-summary-control");
    click("#operations-series-listSeries .execute");
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(thrown -> true)
        .untilAsserted(
            () -> assertThat(text(".live-responses-table")).contains("\"series\": []", "200"));
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requests())
        .filteredOn(request -> request.getHost() != null)
        .extracting(URI::getHost)
        .containsOnly("127.0.0.1");
  }

  private static String text(String selector) {
    return browser.evaluate("document.querySelector('" + selector + "').innerText");
  }

  /** As soon as it exists. */
  private static void click(String selector) {
    var found = "document.querySelector('" + selector + "')";
    await().atMost(PATIENCE).until(() -> "true".equals(browser.evaluate(found + " !== null")));
    browser.evaluate(found + ".click()");
  }
}
