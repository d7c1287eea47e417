/**
 * Means of the readings of the last stretch of time. What is asked for is kept in memory and up to
 * date from what is stored; all of it belongs to one context.
 */
package io.stripchart.api.rolling;
