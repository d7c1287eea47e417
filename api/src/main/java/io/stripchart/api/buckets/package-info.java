/** Ranges divided into buckets or into the columns of a chart; nothing here does I/O. */
package io.stripchart.api.buckets;
