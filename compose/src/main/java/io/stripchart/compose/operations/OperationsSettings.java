package io.stripchart.compose.operations;

import io.stripchart.common.settings.Settings;

/**
 * Where those who operate a process look at it.
 *
 * @param port 0 is any free one
 */
public record OperationsSettings(int port) {
  public static OperationsSettings from(Settings settings) {
    return new OperationsSettings(settings.port("STRIPCHART_OPERATIONS_PORT", 9000));
  }
}
