package io.stripchart.testing;

import io.stripchart.embedded.EmbeddedBroker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A broker in a process of its own that keeps its messages through {@code kill -9}.
 *
 * <p>By default an embedded one on a new folder, as a child process. With {@code
 * -Dstripchart.amqp.control=}, a new virtual host of the broker of {@code stripchart.amqp.uri},
 * which that script kills and starts: then no other test may use that broker at the same time. Its
 * URI stays the same. Not for use from several threads.
 */
public final class KillableBroker implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final Optional<ControlScript> script;
  private final VirtualHost host;
  private final ScratchFolder folder = ScratchFolder.create("broker");
  private final int port = FreePort.find();
  private ChildProcess child;
  private boolean running;

  private KillableBroker(Optional<ControlScript> script) {
    this.script = script;
    this.host =
        script.isPresent()
            ? VirtualHost.given(BrokerHost.newName())
            : new VirtualHost("amqp://stripchart:stripchart@127.0.0.1:" + port, () -> {});
    running = script.isPresent();
  }

  /** One that runs and is empty. */
  public static KillableBroker create() {
    var broker = new KillableBroker(ControlScript.configured());
    broker.start();
    return broker;
  }

  /** Where it listens while it runs; the same for its whole life. */
  public String uri() {
    return host.uri();
  }

  /** Kills it; returns when it is gone. Does nothing if it is. */
  public void kill9() {
    if (running) {
      running = false;
      script.ifPresentOrElse(KillableBroker::kill, () -> child.kill9());
    }
  }

  /**
   * Waits first: RabbitMQ 3.10 writes down after up to half a second that a new quorum queue is its
   * own; killed before, it never gives that queue a leader again, whatever it had confirmed.
   */
  private static void kill(ControlScript script) {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    script.run("kill");
  }

  /** Starts it again; returns when it takes connections. Does nothing if it runs. */
  public void start() {
    if (!running) {
      script.ifPresentOrElse(control -> control.run("start"), this::startChild);
      running = true;
    }
  }

  /** Kills it, and starts it when the outage is closed. */
  public Outage killed() {
    kill9();
    return this::start;
  }

  /** Ends it and deletes its data; a broker controlled by a script keeps running. */
  @Override
  public void close() {
    if (script.isPresent()) {
      start();
      host.removal().run();
    } else {
      kill9();
    }
    folder.close();
  }

  private void startChild() {
    child =
        ChildProcess.of(EmbeddedBroker.class)
            // It lives for seconds: compiling well would take longer than it saves.
            .withJvmArguments("-XX:TieredStopAtLevel=1")
            .withArguments(folder.path().toString(), Integer.toString(port))
            .start();
    child.awaitLine("^ready ", START_LIMIT);
  }
}
