package io.stripchart.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
class BrokerFixtureIT {
  @RegisterExtension static final TestBroker broker = TestBroker.create();
  @RegisterExtension final TestBroker another = TestBroker.create();

  @Test
  void keepsVirtualHostsApart() throws IOException {
    var one = broker.connect();
    var two = another.connect();
    one.createChannel().queueDeclare("only-in-one", false, true, false, null);
    assertThatThrownBy(() -> two.createChannel().queueDeclarePassive("only-in-one"))
        .isInstanceOf(IOException.class);
    one.abort();
    two.abort();
  }

  @Test
  void outlivesAStopForThoseWhoConnectDirectly() throws IOException {
    var direct = broker.connect();
    var linked = TestBroker.connect(broker.uri());
    try (var outage = broker.stopped()) {
      await().until(() -> !linked.isOpen());
      assertThatThrownBy(() -> TestBroker.connect(broker.uri()))
          .isInstanceOf(IllegalStateException.class);
      assertThat(direct.isOpen()).isTrue();
    }
    assertConnects();
    direct.abort();
  }

  private static void assertConnects() throws IOException {
    try (var again = TestBroker.connect(broker.uri())) {
      assertThat(again.isOpen()).isTrue();
    }
  }

  @Test
  void cutsAConnection() {
    var linked = TestBroker.connect(broker.uri());
    broker.cut();
    await().until(() -> !linked.isOpen());
  }

  @Test
  void answersNothingWhileItIsFrozen() throws Exception {
    var linked = TestBroker.connect(broker.uri());
    try (var channel = linked.createChannel()) {
      Thread asking;
      try (var outage = broker.frozen()) {
        asking = LinkedConnection.thread("asking", () -> declare(channel));
        asking.start();
        asking.join(500);
        assertThat(asking.isAlive()).isTrue();
      }
      asking.join();
      assertThat(channel.isOpen()).isTrue();
    }
    linked.close();
  }

  private static void declare(Channel channel) {
    try {
      channel.queueDeclare();
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Nested
  class InANestedClass {
    @Test
    void isStillTheSameOne() throws IOException {
      assertConnects();
    }
  }

  @Test
  void saysThatItIsNotRegistered() {
    assertThatThrownBy(TestBroker.create()::uri)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@RegisterExtension");
  }
}
