/**
 * Readings as they are stored. One listener a process hears of each batch and hands it to a desk on
 * each event loop; there, whatever is here belongs to that one context.
 */
package io.stripchart.api.live;
