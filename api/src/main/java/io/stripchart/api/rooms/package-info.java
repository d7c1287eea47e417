/**
 * Rooms and buildings, derived from series names: sensors, their latest readings, and averages.
 * Requested data is cached and updated from stored batches; everything belongs to one context.
 */
package io.stripchart.api.rooms;
