/**
 * What factories produced, and what they were to produce: two series of each, put side by side by
 * their times.
 */
package io.stripchart.api.factories.chart;
