/**
 * Caches of database contents, updated from the stream of stored batches, so that repeated requests
 * cost the database nothing. Everything belongs to one context.
 */
package io.stripchart.api.kept;
