/**
 * The requester of a statement, and the order in which statements run. Depends on no other package
 * of the api.
 */
package io.stripchart.api.turns;
