/**
 * The batches that were stored, in the order in which this process heard of them: one stream for
 * the whole process, which every event loop follows at its own pace.
 */
package io.stripchart.api.stream;
