/** Actual and planned production of factories: two series for each, aligned by time. */
package io.stripchart.api.factories.chart;
