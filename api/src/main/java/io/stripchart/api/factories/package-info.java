/**
 * Factories: their names and their existence are rows of their own, their production is readings
 * like all others. Asked for and changed over REST and GraphQL alike.
 */
package io.stripchart.api.factories;
