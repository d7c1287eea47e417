/**
 * Loads factories' production from the JSON file that it comes in, and waits until it is stored.
 */
package io.stripchart.compose.load;
