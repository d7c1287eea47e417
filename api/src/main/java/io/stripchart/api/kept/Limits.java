package io.stripchart.api.kept;

import java.time.Duration;

/**
 * Limits of one kind of views on an event loop.
 *
 * @param maxViews including those that wait to be loaded, or were too large
 * @param maxWeight of all views together, in a unit of their own
 * @param maxLoading concurrent loads; each may take all the room that is left
 * @param spared a view requested within this time is not evicted for another, which is then read
 *     from the database
 * @param again a view that was too large or was evicted for another is not loaded again within this
 *     time; otherwise views that do not fit together would be loaded in turn
 */
public record Limits(
    int maxViews, long maxWeight, int maxLoading, Duration spared, Duration again) {}
