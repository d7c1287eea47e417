package io.stripchart.api.socket;

import graphql.ExecutionResult;
import io.stripchart.api.graphql.GraphQlEngine;
import io.stripchart.api.graphql.Missed;
import io.stripchart.api.graphql.plain.AnswerBudget;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * An operation of a client: one response, or one for each event. Requests an event only while the
 * socket accepts output, so that excess waits where it is bounded.
 */
final class Operation implements Subscriber<ExecutionResult> {
  private final GraphQlSocket socket;
  private final String id;
  private final boolean isSubscription;
  private final Missed missed = new Missed();
  private AnswerBudget budget;
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
    budget = engine.budget();
    engine.execute(prepared, missed, budget).onSuccess(this::answered).onFailure(this::onError);
  }

  private void answered(ExecutionResult result) {
    if (result.getData() instanceof Publisher<?> publisher) {
      budget.renew();
      follow(publisher);
    } else if (stopped) {
      budget.release();
      socket.ended(this);
    } else if (isSubscription || !result.isDataPresent()) {
      budget.release();
      socket.refused(this, result.getErrors());
    } else {
      socket.answered(this, result, budget);
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
    if (!isTold(result)) return;
    if (socket.isFull()) {
      waiting = true;
    } else {
      events.request(1);
    }
  }

  /** An event that is too large ends the subscription, as the next ones are likely to be. */
  private boolean isTold(ExecutionResult result) {
    try {
      if (budget.refusal() != null) throw budget.refusal();
      socket.next(this, result, missed.take(), budget);
      budget.renew();
      return true;
    } catch (RuntimeException e) {
      stop();
      socket.failed(this, e);
      return false;
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
    budget.release();
    if (stopped) {
      socket.ended(this);
    } else {
      socket.failed(this, cause);
    }
  }

  @Override
  public void onComplete() {
    budget.release();
    if (!stopped) socket.completed(this);
  }

  void stop() {
    stopped = true;
    if (events != null) events.cancel();
    // An answer under way is released when it is there, so that a mutation goes on to its end.
    if (isSubscription && budget != null) budget.release();
  }
}
