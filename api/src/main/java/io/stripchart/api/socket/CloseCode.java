package io.stripchart.api.socket;

/** Why a websocket is closed; those above 4000 are of the protocol graphql-transport-ws. */
enum CloseCode {
  NORMAL(1000),
  GOING_AWAY(1001),
  BAD_REQUEST(4400),
  UNAUTHORIZED(4401),
  SUBPROTOCOL(4406),
  INIT_TIMEOUT(4408),
  ALREADY_EXISTS(4409),
  TOO_MANY_INITS(4429);

  private final short code;

  CloseCode(int code) {
    this.code = (short) code;
  }

  short code() {
    return code;
  }
}
