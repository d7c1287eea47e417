/**
 * What is kept in memory of what the database holds, and kept up with what is stored, so that who
 * asks again costs the database nothing. All of it belongs to one context.
 */
package io.stripchart.api.kept;
