/**
 * Rooms and buildings, which are what series names say: a room's sensors, their latest readings,
 * and their averages. What is asked for is kept in memory and up to date from what is stored; all
 * of it belongs to one context.
 */
package io.stripchart.api.rooms;
