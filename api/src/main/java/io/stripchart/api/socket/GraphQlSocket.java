package io.stripchart.api.socket;

import graphql.ExecutionResult;
import graphql.GraphQLError;
import graphql.language.OperationDefinition;
import io.stripchart.api.ApiException;
import io.stripchart.api.graphql.GraphQlEngine;
import io.stripchart.api.graphql.MalformedRequestException;
import io.stripchart.api.graphql.Missed;
import io.stripchart.api.graphql.RequestJson;
import io.stripchart.api.graphql.plain.AnswerBudget;
import io.stripchart.api.graphql.plain.JsonPieces;
import io.stripchart.api.http.AnswerBody;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's websocket with its operations. Belongs to the socket's context. */
final class GraphQlSocket {
  private static final Logger log = LoggerFactory.getLogger(GraphQlSocket.class);

  /** Running at a time; a further one is refused. */
  static final int MAX_OPERATIONS = 100;

  /** Queries and mutations whose answers are not sent yet; then the socket is not read. */
  static final int MAX_UNANSWERED = 10;

  private static final int MAX_QUEUED_BYTES = 64 * 1024;

  private final ServerWebSocket socket;
  private final SocketWriter writer;
  private final Protocol protocol;
  private final GraphQlEngine engine;

  /** Those that wait for the socket in the order in which they are served. */
  private final Map<String, Operation> operations = new LinkedHashMap<>();

  private boolean acknowledged;
  private boolean paused;
  private boolean closing;
  private int unanswered;
  private long lastHeard = System.nanoTime();

  GraphQlSocket(ServerWebSocket socket, Protocol protocol, GraphQlEngine engine) {
    this.socket = socket;
    this.writer = new SocketWriter(socket);
    this.protocol = protocol;
    this.engine = engine;
  }

  void open() {
    socket.setWriteQueueMaxSize(MAX_QUEUED_BYTES);
    socket.textMessageHandler(this::take);
    socket.binaryMessageHandler(
        binary -> close(CloseCode.BAD_REQUEST, "Invalid message: must be text"));
    socket.pongHandler(pong -> lastHeard = System.nanoTime());
    socket.drainHandler(drained -> drained());
    socket.exceptionHandler(
        cause -> log.debug("event=socket_failed cause=\"{}\"", cause.toString()));
  }

  private void take(String text) {
    lastHeard = System.nanoTime();
    // Sent before the client received the end.
    if (closing || socket.isClosed()) return;
    try {
      var message = new JsonObject(text);
      if (message.getValue("type") instanceof String type) {
        protocol.take(this, type, message);
      } else {
        close(CloseCode.BAD_REQUEST, "Invalid message: has no type");
      }
    } catch (DecodeException e) {
      close(CloseCode.BAD_REQUEST, "Invalid message: is not a JSON object");
    }
    readOnlyWhatCanBeAnswered();
  }

  private void readOnlyWhatCanBeAnswered() {
    if (socket.isClosed()) return;
    // An end is read however much is unanswered: the client's answer to it.
    boolean busy = !closing && (unanswered >= MAX_UNANSWERED || isFull());
    if (busy == paused) return;
    paused = busy;
    if (busy) {
      socket.pause();
    } else {
      socket.resume();
    }
  }

  /**
   * @return false if it was done before
   */
  boolean acknowledge() {
    boolean first = !acknowledged;
    acknowledged = true;
    return first;
  }

  boolean isAcknowledged() {
    return acknowledged;
  }

  boolean isRunning(String id) {
    return operations.containsKey(id);
  }

  void start(String id, JsonObject payload) {
    if (operations.size() >= MAX_OPERATIONS) {
      tell(protocol.error(id, refusal("at most " + MAX_OPERATIONS + " operations on a socket")));
      return;
    }
    try {
      var prepared = engine.prepare(RequestJson.read(payload));
      if (!prepared.errors().isEmpty()) {
        tell(protocol.error(id, prepared.errors()));
        return;
      }
      var kind = prepared.operation();
      var operation = new Operation(this, id, kind == OperationDefinition.Operation.SUBSCRIPTION);
      operations.put(id, operation);
      if (!operation.isSubscription()) unanswered++;
      operation.run(engine, prepared);
    } catch (MalformedRequestException e) {
      tell(protocol.error(id, refusal(e.getMessage())));
    } catch (RuntimeException e) {
      tell(protocol.error(id, refusal(logged(e))));
    }
  }

  private static List<GraphQLError> refusal(String message) {
    return GraphQlEngine.refusal(message).getErrors();
  }

  void stop(String id) {
    var operation = operations.remove(id);
    if (operation != null) operation.stop();
  }

  /** An event of a subscription. */
  void next(Operation operation, ExecutionResult result, Missed.Told missed, AnswerBudget budget) {
    tell(protocol.next(budget, operation.id(), result, missed));
  }

  /** The only answer of a query or mutation. */
  void answered(Operation operation, ExecutionResult result, AnswerBudget budget) {
    JsonPieces message;
    try {
      message = protocol.next(budget, operation.id(), result, new Missed().take());
    } catch (RuntimeException e) {
      budget.release();
      failed(operation, e);
      return;
    }
    operations.remove(operation.id(), operation);
    tell(message);
    var vertx = Vertx.currentContext().owner();
    long patience = AnswerBody.patience(message.size()).toMillis();
    long timer =
        vertx.setTimer(
            patience, late -> close(CloseCode.GOING_AWAY, "an answer was not read in time"));
    writer
        .write(protocol.complete(operation.id()))
        .onComplete(
            sent -> {
              vertx.cancelTimer(timer);
              budget.release();
              ended(operation);
            });
  }

  /** It has nothing more to say. */
  void ended(Operation operation) {
    operations.remove(operation.id(), operation);
    if (!operation.isSubscription()) unanswered--;
    readOnlyWhatCanBeAnswered();
  }

  void refused(Operation operation, List<GraphQLError> errors) {
    ended(operation);
    tell(protocol.error(operation.id(), errors));
  }

  void failed(Operation operation, Throwable cause) {
    if (cause instanceof ApiException known) {
      refused(operation, GraphQlEngine.refusal(known).getErrors());
    } else {
      refused(operation, refusal(logged(cause)));
    }
  }

  /** The message of a bug for the client: the id under which the log has it. */
  private static String logged(Throwable cause) {
    var id = UUID.randomUUID().toString();
    log.error("event=operation_failed id={}", id, cause);
    return "internal error " + id;
  }

  void completed(Operation operation) {
    ended(operation);
    send(protocol.complete(operation.id()));
  }

  /** Whether output would now wait in memory. */
  boolean isFull() {
    return socket.isClosed() || socket.writeQueueFull();
  }

  private void drained() {
    // The client reads, though it may have nothing to say.
    lastHeard = System.nanoTime();
    for (var operation : List.copyOf(operations.values())) {
      if (isFull()) break;
      // Behind the others, so that the next room is theirs.
      if (operation.drained() && operations.remove(operation.id(), operation)) {
        operations.put(operation.id(), operation);
      }
    }
    readOnlyWhatCanBeAnswered();
  }

  void ping(long maxSilenceNanos) {
    if (closing) return;
    if (System.nanoTime() - lastHeard > maxSilenceNanos) {
      close(CloseCode.GOING_AWAY, "nothing was heard of you for too long");
    } else if (!isFull()) {
      writer.ping();
    }
  }

  /** Shows a client of a protocol without pings that the server lives. */
  void keepAlive() {
    if (protocol == null || protocol.keepAlive() == null || !acknowledged || isFull()) return;
    send(protocol.keepAlive());
  }

  /** The client violated the websocket protocol and received a close frame. */
  void violated() {
    closing = true;
    closed();
  }

  private void tell(JsonPieces message) {
    if (!closing) writer.send(message);
  }

  void send(String message) {
    if (!closing) writer.send(message);
  }

  /** Ends it, and whatever runs on it. */
  void close(CloseCode code, String reason) {
    if (closing) return;
    closing = true;
    writer.close(code, reason);
    closed();
    readOnlyWhatCanBeAnswered();
  }

  /** The client is gone, or is to go. */
  void closed() {
    List.copyOf(operations.values()).forEach(Operation::stop);
    operations.clear();
  }
}
