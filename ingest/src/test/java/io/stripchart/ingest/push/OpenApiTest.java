package io.stripchart.ingest.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.http.Documentation;
import io.stripchart.testing.OpenApiDocument;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenApiTest {
  private static final OpenApiDocument document = OpenApiDocument.of(PushServer.class);

  @Test
  void isAValidDocumentWithExamplesThatFit() {
    document.checkValid();
    document.checkExamples();
  }

  @Test
  void documentsWhatIsPushedToAndNothingElse() {
    var served = new TreeSet<String>();
    for (var path : PushPath.ALL) served.add("POST " + path.template());
    served.add("GET " + Documentation.OPENAPI);

    assertThat(document.operations()).isEqualTo(served);
  }
}
