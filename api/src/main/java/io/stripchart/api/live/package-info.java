/**
 * Readings as they are stored. One desk on each event loop follows the stream and hands readings to
 * whoever listens; whatever is here belongs to that one context.
 */
package io.stripchart.api.live;
