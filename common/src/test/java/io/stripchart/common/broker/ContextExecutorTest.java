package io.stripchart.common.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ContextExecutorTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  @Test
  void tellsTheOthersAlthoughOneHandlerFails() throws Exception {
    var executor = new ContextExecutor(vertx.getOrCreateContext());
    var told = new CountDownLatch(2);
    executor.add(told::countDown);
    executor.add(
        () -> {
          throw new IllegalStateException("meant by the test");
        });
    executor.add(told::countDown);
    assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
