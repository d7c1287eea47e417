package io.stripchart.testing;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An empty virtual host for each test class, and the faults of the way there.
 *
 * <pre>{@code
 * @RegisterExtension static final TestBroker broker = TestBroker.create();
 * }</pre>
 *
 * <p>In a static field it lasts for the class, in an instance field for one test. The broker is one
 * embedded Qpid in memory for the whole JVM, or that of {@code -Dstripchart.amqp.uri=}. Faults hit
 * only those who connect by {@link #uri()}.
 */
public final class TestBroker extends Fixture {
  private VirtualHost host;
  private FaultyLink link;

  private TestBroker() {}

  public static TestBroker create() {
    return new TestBroker();
  }

  /** Of the class's own virtual host, through the {@link #link()}. */
  public String uri() {
    return link().through(host.uri());
  }

  /** Of the same virtual host, past the link: faults do not reach it. */
  public String directUri() {
    return opened(host).uri();
  }

  /** The way that all connections by {@link #uri()} take. */
  public FaultyLink link() {
    return opened(link);
  }

  /** See {@link FaultyLink#stopped()}. */
  public Outage stopped() {
    return link().stopped();
  }

  /** See {@link FaultyLink#frozen()}. */
  public Outage frozen() {
    return link().frozen();
  }

  /** See {@link FaultyLink#cut()}. */
  public void cut() {
    link().cut();
  }

  /** Connects past the link, to look at queues and to tamper with them; see {@link #connect}. */
  public Connection connect() {
    return connect(directUri());
  }

  /**
   * A plain connection without automatic recovery; the caller closes it.
   *
   * @throws IllegalStateException if there is none within 30 s
   */
  public static Connection connect(String uri) {
    var factory = new ConnectionFactory();
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(30_000);
    factory.setHandshakeTimeout(30_000);
    try {
      factory.setUri(uri);
      return factory.newConnection("test");
    } catch (IOException | TimeoutException | URISyntaxException | GeneralSecurityException cause) {
      throw new IllegalStateException("no connection to the broker: " + cause, cause);
    }
  }

  /** Whether it has policies, as a RabbitMQ with a control script does. */
  public static boolean hasPolicies() {
    return ControlScript.configured().isPresent();
  }

  /**
   * Sets a policy for all queues of the virtual host; closing the outage takes it away.
   *
   * @param definition JSON, like <code>{"max-length": 10}</code>
   */
  public Outage policy(String definition) {
    var script = ControlScript.configured().orElseThrow();
    var name = host.uri().substring(host.uri().lastIndexOf('/') + 1);
    script.run("set_policy", name, definition);
    return () -> script.run("clear_policy", name);
  }

  @Override
  void open(ExtensionContext context) {
    host = shared(context, BrokerHost.class, BrokerHost::new).add();
    link = FaultyLink.to(host.uri());
  }

  @Override
  void close() {
    link.close();
    host.removal().run();
  }
}
