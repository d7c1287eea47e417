/** GraphQL over websockets, by both subprotocols. */
package io.stripchart.api.socket;
