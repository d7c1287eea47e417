package io.stripchart.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class TableTest {
  private final Locale before = Locale.getDefault();

  @AfterEach
  void restoreLocale() {
    Locale.setDefault(before);
  }

  @Test
  void writesNumbersAlikeInEveryCountry() {
    Locale.setDefault(Locale.GERMANY);
    var table = new Table();
    table.add("readings", samples(1_500, 2_000), "/s", samples(1_000, 1_000), "at least 0.6");

    assertThat(table.text())
        .isEqualTo(
            """
            | measured |   median | lowest – highest | its limit | ratio |       wanted |
            | -------- | --------:| ----------------:| ---------:| -----:| ------------:|
            | readings | 1,750 /s |    1,500 – 2,000 |  1,000 /s |  1.75 | at least 0.6 |
            """);
  }

  private static Samples samples(double... values) {
    var samples = new Samples();
    for (double value : values) samples.add(value);
    return samples;
  }
}
