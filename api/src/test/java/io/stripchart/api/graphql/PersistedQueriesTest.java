package io.stripchart.api.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class PersistedQueriesTest {
  /** Of {@code { __typename }}. */
  private static final String HASH =
      "7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4b";

  private static long kept(PersistedQueries queries, int asked) {
    return IntStream.range(0, asked).filter(i -> queries.find("h" + i) != null).count();
  }

  @Test
  void keepsSoManyQueries() {
    var queries = new PersistedQueries(100);
    for (int i = 0; i < 1_000; i++) queries.keep("h" + i, "{ a }");
    assertThat(kept(queries, 1_000)).isBetween(50L, 100L);
  }

  @Test
  void keepsSoManyBytes() {
    var queries = new PersistedQueries(100_000);
    var text = "x".repeat(60_000);
    for (int i = 0; i < 1_000; i++) queries.keep("h" + i, text + i);
    assertThat(kept(queries, 1_000) * 60_000).isBetween(60_000L, (long) PersistedQueries.MAX_BYTES);
  }

  @Test
  void keepsWhatIsAskedForAgainThroughAFlood() {
    var queries = new PersistedQueries(100);
    for (int i = 0; i < 20; i++) queries.keep("h" + i, "{ a }");
    // A client whose query is gone sends it again, as Apollo's do.
    for (int i = 0; i < 10_000; i++) {
      queries.keep("flood" + i, "{ b }");
      var hash = "h" + i % 20;
      if (queries.find(hash) == null) queries.keep(hash, "{ a }");
    }
    assertThat(kept(queries, 20)).isGreaterThan(10);
  }

  private static GraphQlRequest read(String json) {
    return RequestJson.read(new JsonObject(json));
  }

  @Test
  void readsAHashAloneOrWithItsQuery() {
    var extensions =
        "\"extensions\":{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"" + HASH + "\"}}";
    assertThat(read("{" + extensions + "}").query()).isNull();
    assertThat(read("{\"query\":\"\"," + extensions + "}").query()).isNull();
    assertThat(read("{\"query\":\"{ __typename }\"," + extensions + "}").hash()).isEqualTo(HASH);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1, \"sha256Hash\":\"7f56e67dd21ab3f30d1ff8b7bed08893f0a0db86449836189b361dd1e56ddb4c\"|is not the hash",
        "2, \"sha256Hash\":\"ecf4\"|version: must be 1",
        "\"1\", \"sha256Hash\":\"ecf4\"|version: must be 1",
        "1, \"sha256Hash\":\"ecf4\"|64 hexadecimal digits",
        "1, \"sha256Hash\":5|must be a string",
        "1|must be a string",
      })
  void refusesWhatIsNoHashOfTheQuery(String members, String message) {
    var json =
        "{\"query\":\"{ __typename }\",\"extensions\":{\"persistedQuery\":{\"version\":"
            + members
            + "}}}";
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedRequestException.class)
        .hasMessageContaining(message);
  }
}
