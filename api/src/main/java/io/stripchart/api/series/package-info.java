/** Series and their readings as plain HTTP: JSON, CSV and NDJSON. */
package io.stripchart.api.series;
