package io.stripchart.common.broker;

import static io.stripchart.common.broker.Loop.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stripchart.common.settings.Secret;
import io.stripchart.testing.TestBroker;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A policy that rejects what is published, and is taken away again. On RabbitMQ only. */
@Timeout(180)
class RefusingPolicyIT {
  private static final String REJECTS = "{\"max-length\":1,\"overflow\":\"reject-publish\"}";

  @RegisterExtension final TestBroker broker = TestBroker.create();
  private final Loop loop = new Loop();
  private Inspection inspection;
  private DurablePublisher publisher;

  @BeforeEach
  void open() throws Exception {
    assumeTrue(TestBroker.hasPolicies());
    inspection = new Inspection(broker);
    var second = Duration.ofSeconds(2);
    var settings = new BrokerSettings(new Secret(broker.uri()), second, second);
    publisher =
        loop.get(
            () ->
                DurablePublisher.open(
                    loop.vertx, settings, "test", 1_000, new SimpleMeterRegistry()));
    await().atMost(LONG).until(publisher::isConnected);
  }

  @AfterEach
  void close() throws Exception {
    if (publisher != null) loop.await(() -> publisher.close(Duration.ofMillis(1)));
    loop.close();
    if (inspection != null) inspection.close();
  }

  private Future<Void> publish(int number) {
    return loop.start(() -> publisher.publish(Inspection.numbered(number)));
  }

  @Test
  void publishesWhatWasRefusedOnceThePolicyIsGone() throws Exception {
    Future<Void> last;
    try (var policy = broker.policy(REJECTS)) {
      assertThat(policy).isNotNull();
      // The first ones are still taken.
      for (int i = 0; publisher.problem().isEmpty(); i++) {
        publish(i);
        int held = publisher.held();
        await().atMost(LONG).until(() -> held == 0 || publisher.held() <= 20);
        if (i >= 20) await().atMost(LONG).until(() -> publisher.problem().isPresent());
      }
      assertThat(publisher.problem().orElseThrow()).contains("refuses messages", "policy");
      last = publish(1_000);
    }
    await().atMost(LONG).until(last::succeeded);
    await().atMost(LONG).until(() -> publisher.held() == 0);
    assertThat(publisher.problem()).isEmpty();
    assertThat(inspection.numbers()).contains(0, 1_000);
  }
}
