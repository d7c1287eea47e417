package io.stripchart.api.socket;

import graphql.ExecutionResult;
import io.stripchart.api.graphql.GraphQlEngine;
import io.stripchart.api.graphql.Missed;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * An operation that a client has started: one answer, or one for each event. Asks for an event only
 * while the socket takes more, so that what is too much waits where it is bounded.
 */
final class Operation implements Subscriber<ExecutionResult> {
  private final GraphQlSocket socket;
  private final String id;
  private final boolean isSubscription;
  private final Missed missed = new Missed();
  private Subscription events;
  private boolean waiting;
  private boolean stopped;

  /**
   * @param isSubscription else there is one answer
   */
  Operation(GraphQlSocket socket, String id, boolean isSubscription) {
    this.socket = socket;
    this.id = id;
    this.isSubscription = isSubscription;
  }

  boolean isSubscription() {
    return isSubscription;
  }

  String id() {
    return id;
  }

  void run(GraphQlEngine engine, GraphQlEngine.Prepared prepared) {
    engine.execute(prepared, missed).onSuccess(this::answered).onFailure(this::onError);
  }

  private void answered(ExecutionResult result) {
    if (result.getData() instanceof Publisher<?> publisher) {
      follow(publisher);
    } else if (stopped) {
      socket.ended(this);
    } else if (isSubscription || !result.isDataPresent()) {
      socket.refused(this, result.getErrors());
    } else {
      socket.answered(this, result);
    }
  }

  @SuppressWarnings("unchecked") // A subscription's data is a publisher of results, by contract.
  private void follow(Publisher<?> publisher) {
    ((Publisher<ExecutionResult>) publisher).subscribe(this);
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    events = subscription;
    if (stopped) {
      subscription.cancel();
    } else {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(ExecutionResult result) {
    if (stopped) return;
    socket.next(this, result, missed.take());
    if (socket.isFull()) {
      waiting = true;
    } else {
      events.request(1);
    }
  }

  /**
   * The socket takes more again.
   *
   * @return whether it waited for that
   */
  boolean drained() {
    if (!waiting || stopped) return false;
    waiting = false;
    events.request(1);
    return true;
  }

  @Override
  public void onError(Throwable cause) {
    if (stopped) {
      socket.ended(this);
    } else {
      socket.failed(this, cause);
    }
  }

  @Override
  public void onComplete() {
    if (!stopped) socket.completed(this);
  }

  void stop() {
    stopped = true;
    if (events != null) events.cancel();
  }
}
