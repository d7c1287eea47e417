/** Queries on the database. */
package io.stripchart.api.stored;
