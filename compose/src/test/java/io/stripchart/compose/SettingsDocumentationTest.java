package io.stripchart.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.stripchart.common.settings.Settings;
import io.stripchart.common.settings.Settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SettingsDocumentationTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `(STRIPCHART_\\w+)` \\| (?:`(.*?)` )?\\| (.*?) \\| (.+) \\|");

  @Test
  void documentsEverySettingAsTheCodeReadsIt() throws IOException {
    var settings = new Settings(Map.of());
    StripchartSettings.from(settings, true);

    assertThat(documented()).containsExactlyInAnyOrderElementsOf(settings.known());
  }

  private static List<Setting> documented() throws IOException {
    return Files.readAllLines(DOCUMENT).stream()
        .filter(line -> line.startsWith("| `STRIPCHART_"))
        .map(SettingsDocumentationTest::row)
        .toList();
  }

  private static Setting row(String line) {
    var row = ROW.matcher(line.replace("\\|", "\u0001"));
    assertThat(row.matches()).as(line).isTrue();
    var byDefault = row.group(2) == null ? "" : row.group(2);
    return new Setting(row.group(1), byDefault, row.group(3).replace('\u0001', '|'));
  }
}
