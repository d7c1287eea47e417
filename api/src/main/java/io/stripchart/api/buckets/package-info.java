/** Windows that are cut into buckets or into the columns of a chart; nothing here asks anybody. */
package io.stripchart.api.buckets;
