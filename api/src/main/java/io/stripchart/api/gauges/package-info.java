/** Latest readings as gauges for Prometheus. */
package io.stripchart.api.gauges;
