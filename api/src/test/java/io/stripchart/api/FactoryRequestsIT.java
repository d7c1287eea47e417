package io.stripchart.api;

import static io.stripchart.api.FactoriesApi.header;
import static io.stripchart.api.FactoriesApi.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid requests and their responses. */
@Timeout(180)
class FactoryRequestsIT {
  @RegisterExtension static final FactoriesApi factories = FactoriesApi.create();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/api/factory/1|||404|unknown-factory|no factory 1",
        "GET|/api/factory/x|||400|bad-parameter|id: must be 0 to 2147483647",
        "GET|/api/factory/2147483648|||400|bad-parameter|id:",
        "GET|/api/factory|||404|unknown-path|/api/factory/{id}",
        "GET|/api/factory/1/chart|||404|unknown-path|chart-data",
        "GET|/api/factory/5?limit=10001|||400|bad-parameter|limit: must be 1 to 10,000",
        "GET|/api/factory/5?from=soon|||400|bad-parameter|from: must be RFC 3339",
        "GET|/api/factory/5?from=2&to=1|||400|bad-parameter|to: must be after from",
        "GET|/api/factory/5?from=-1|||400|bad-parameter|from: must not be before 1970",
        "GET|/api/factory/5?to=999999999999999|||400|bad-parameter|to: must be RFC 3339",
        "GET|/api/factory/5?since=1|||400|unknown-parameter|since",
        "GET|/api/factories?first=200&limit=1000|||400|bad-parameter|first: first × limit must be"
            + " 100,000 at most, is 200,000",
        "GET|/api/factories?after=x|||400|bad-parameter|after: must be the id",
        "GET|/api/factories?after=-1|||400|bad-parameter|after: must be 0 to 2147483647, is -1",
        "POST|/api/factories|{\"id\":5}||409|factory-exists|factory 5 already",
        "POST|/api/factories|{\"id\":-1}||400|bad-body|id: must be 0 to",
        "POST|/api/factories|{\"id\":1.5}||400|bad-body|id: must be a whole number",
        "POST|/api/factories|{\"name\":\"\"}||400|bad-body|name: must be 1 to 255 characters, has"
            + " 0",
        "POST|/api/factories|{\"name\":\"a\\u0000b\"}||400|bad-body|control characters",
        "POST|/api/factories|{\"title\":\"x\"}||400|bad-body|must have nothing but id, name",
        "POST|/api/factories|[]||400|bad-body|must be a JSON object",
        "POST|/api/factories|{||400|bad-body|is not JSON: it ends too early",
        "PUT|/api/factory/5|{}||400|bad-body|name: must be given",
        "PATCH|/api/factory/1|{\"name\":\"x\"}||404|unknown-factory|no factory 1",
        "DELETE|/api/factory/1|||404|unknown-factory|no factory 1",
        "DELETE|/api/factories|||405|method-not-allowed|GET, HEAD or POST",
        "PUT|/api/factory/5/chart-data|{}||405|method-not-allowed|method",
        "POST|/api/factory/1/chart-data|[{\"time\":1611187200}]||404|unknown-factory|no factory 1",
        "POST|/api/factory/5/chart-data|[{\"time\":1},{\"time\":\"x\"}]||400|bad-body|#/1/time",
        "POST|/api/factory/5/chart-data|5||400|bad-body|array of points",
        "GET|/api/factory/5||text/html|406|not-acceptable|application/json",
      })
  void refusesWhatIsWrong(
      String method,
      String path,
      String body,
      String accept,
      int status,
      String type,
      String detail) {
    factories.make(5);
    var headers = accept == null ? new String[0] : new String[] {"accept", accept};
    var response = send(factories.api(), method, path, body, headers);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(header(response, "content-type")).isEqualTo("application/problem+json");
    assertThat(new JsonObject(response.body()).getString("type"))
        .isEqualTo("urn:stripchart:problem:" + type);
    assertThat(response.body())
        .contains(new JsonArray().add(detail).encode().replaceAll("^\\[\"|\"]$", ""));
    assertThat(factories.stored(5)).isZero();
  }
}
