package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stripchart.testing.TestBroker;
import io.stripchart.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as production has it: bin/ and lib/, and nothing to embed. */
@Timeout(180)
class ProductionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension static final TestDatabase database = TestDatabase.create();

  @TempDir Path installation;

  /** Linked to, as the launcher finds its folder by its own path. */
  @BeforeEach
  void install() throws IOException {
    var packaged = Path.of("target/stripchart").toAbsolutePath();
    Files.createSymbolicLink(installation.resolve("lib"), packaged.resolve("lib"));
    Files.createDirectory(installation.resolve("bin"));
    Files.copy(packaged.resolve("bin/stripchart"), installation.resolve("bin/stripchart"));
  }

  @Test
  void servesAndStoresWithNothingButWhatProductionHas() throws Exception {
    var process =
        start(
            Map.of(
                "STRIPCHART_ROLES", "ingest,persist,api",
                "STRIPCHART_FEEDS", "none",
                "STRIPCHART_API_PORT", "0",
                "STRIPCHART_INGEST_PORT", "0",
                "STRIPCHART_OPERATIONS_PORT", "0",
                "STRIPCHART_AMQP_URI", broker.uri(),
                "STRIPCHART_DATABASE_URI", database.uri()));
    try {
      await().atMost(LIMIT).until(() -> output().contains("event=started"));
      assertThat(post("push", "/readings/production", "{\"value\":7}").statusCode()).isEqualTo(202);
      await().atMost(LIMIT).until(() -> database.number("select count(*) from reading") == 1);
      var answer = post("graphql", "/graphql", "{\"query\":\"{ __typename }\"}");
      assertThat(answer.body()).contains("\"__typename\"", "\"Query\"");
      assertThat(output()).doesNotContain("NoClassDefFoundError", "ClassNotFoundException");
    } finally {
      process.destroy();
      assertThat(process.waitFor(35, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void saysWhatToSetWhereItCannotEmbed() throws Exception {
    var process = start(Map.of("STRIPCHART_ROLES", "persist"));

    assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(output())
        .contains("STRIPCHART_AMQP_URI: must be set", "STRIPCHART_DATABASE_URI: must be set");
  }

  private Process start(Map<String, String> settings) throws IOException {
    var builder = new ProcessBuilder("sh", installation.resolve("bin/stripchart").toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("STRIPCHART_"));
    builder.environment().putAll(settings);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder
        .directory(installation.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .start();
  }

  private HttpResponse<String> post(String entrance, String path, String body) throws Exception {
    var found = Pattern.compile("\\b" + entrance + "=\\w+://[^:]+:(\\d+)").matcher(output());
    assertThat(found.find()).isTrue();
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + found.group(1) + path))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private String output() throws IOException {
    return Files.readString(log(), StandardCharsets.UTF_8);
  }

  private Path log() {
    return installation.resolve("log");
  }
}
