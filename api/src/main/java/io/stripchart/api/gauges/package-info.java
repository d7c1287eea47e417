/** What is stored, as gauges for Prometheus. */
package io.stripchart.api.gauges;
