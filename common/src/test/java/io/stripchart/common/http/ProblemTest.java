package io.stripchart.common.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ProblemTest {
  private enum Kind implements Problem.Kind {
    BAD_BODY(400),
    BUSY(429);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public String title() {
      return "A \"title\"";
    }
  }

  @Test
  void namesWhatIsWrong() {
    var errors = List.of(new Problem.Flaw(3, "#/3/value", "value: must be a number, is \"x\""));
    assertThat(new JsonObject(new Problem(Kind.BAD_BODY, "two\nlines", "at", errors).toJson()))
        .isEqualTo(
            new JsonObject(
                """
                {"type": "urn:stripchart:problem:bad-body", "title": "A \\"title\\"", "status": 400,
                 "detail": "two\\nlines", "parameter": "at", "errors": [
                   {"index": 3, "pointer": "#/3/value",
                    "detail": "value: must be a number, is \\"x\\""}]}"""));
  }

  @Test
  void leavesOutWhatItIsNotAbout() {
    var json = new JsonObject(new Problem(Kind.BUSY, "later").toJson());
    assertThat(json.fieldNames()).containsExactly("type", "title", "status", "detail");
  }

  @Test
  void passesWhereTheServerIsAtItsLimit() {
    assertThat(new Problem(Kind.BUSY, "later").isPassing()).isTrue();
    assertThat(new Problem(Kind.BAD_BODY, "never").isPassing()).isFalse();
  }
}
