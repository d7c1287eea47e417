package io.stripchart.api.kept;

import io.stripchart.api.stored.Snapshot;

/**
 * A view loaded from the database.
 *
 * @param snapshot in which all of it was read
 * @param view null if it would be too large
 */
public record Loaded<V extends View>(Snapshot snapshot, V view) {}
