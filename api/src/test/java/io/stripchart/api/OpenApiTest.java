package io.stripchart.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stripchart.testing.OpenApiDocument;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenApiTest {
  @Test
  void isAValidDocumentWithExamplesThatFit() throws IOException {
    try (var file = ApiServer.class.getResourceAsStream("openapi.json")) {
      var document = new OpenApiDocument(new String(file.readAllBytes(), UTF_8));

      document.checkValid();
      document.checkExamples();
    }
  }
}
