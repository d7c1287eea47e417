/**
 * Live readings. One desk on each event loop follows the stream and passes readings to listeners;
 * everything here belongs to that one context.
 */
package io.stripchart.api.live;
