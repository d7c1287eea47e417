/** What is asked of the database. */
package io.stripchart.api.stored;
