package io.stripchart.api.kept;

import java.time.Duration;

/**
 * How much an event loop keeps of one kind of views.
 *
 * @param maxViews also those that wait to be loaded, or were too large
 * @param maxWeight of all views together, in a unit of their own
 * @param maxLoading at a time; each may take all the room that is left
 * @param spared who was asked for since then is not let go of to make room for another; the other
 *     one is asked of the database then
 * @param again what was too large, or was let go of to make room for another, is not loaded again
 *     before that; else those that have no room together would be loaded in turn for ever
 */
public record Limits(
    int maxViews, long maxWeight, int maxLoading, Duration spared, Duration again) {}
