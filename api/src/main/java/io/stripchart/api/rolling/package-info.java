/**
 * Means over windows that end now. Requested windows are cached and updated from stored batches;
 * everything belongs to one context.
 */
package io.stripchart.api.rolling;
