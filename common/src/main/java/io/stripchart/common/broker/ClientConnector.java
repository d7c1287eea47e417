package io.stripchart.common.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.NoOpMetricsCollector;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.SocketFrameHandler;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQOptions;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens connections for publishing, each by a {@link RabbitMQClient} of its own that never
 * reconnects.
 *
 * <p>The client has no mandatory publishing, no returns, and no notice of a lost or blocked
 * connection. Its metrics collector receives the underlying connection and channel, which have all
 * of these.
 */
final class ClientConnector implements Connector {
  private static final int OPEN_SECONDS = 20;
  private static final int ABORT_MILLIS = 2_000;

  private final Vertx vertx;
  private final BrokerSettings settings;
  private final boolean encrypted;
  private final HostVerifyingTrust trust;

  /**
   * @throws IllegalArgumentException where the URI cannot be used
   */
  ClientConnector(Vertx vertx, BrokerSettings settings) {
    this(vertx, settings, HostVerifyingTrust.SYSTEM);
  }

  /**
   * @param trust which certificates are accepted
   */
  ClientConnector(Vertx vertx, BrokerSettings settings, HostVerifyingTrust trust) {
    this.vertx = vertx;
    this.settings = settings;
    this.encrypted = Connector.isEncrypted(settings);
    this.trust = trust;
  }

  @Override
  public Opened open(String name) throws IOException, TimeoutException {
    var beneath = new Beneath();
    var started =
        RabbitMQClient.create(vertx, options(name, beneath))
            .start()
            .toCompletionStage()
            .toCompletableFuture();
    try {
      started.get(OPEN_SECONDS, TimeUnit.SECONDS);
      return beneath.opened();
    } catch (ExecutionException e) {
      beneath.abandon();
      if (e.getCause() instanceof IOException cause) throw cause;
      throw new IOException(e.getCause().toString(), e.getCause());
    } catch (InterruptedException e) {
      beneath.abandon();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while connecting", e);
    } catch (IOException | TimeoutException e) {
      beneath.abandon();
      throw e;
    }
  }

  private RabbitMQOptions options(String name, Beneath beneath) {
    var options =
        new RabbitMQOptions()
            .setUri(settings.uri().reveal())
            .setConnectionName(name)
            .setAutomaticRecoveryEnabled(false)
            .setAutomaticRecoveryOnInitialConnection(false)
            .setReconnectAttempts(0)
            .setRequestedHeartbeat((int) settings.heartbeat().toSeconds())
            .setConnectionTimeout(CONNECT_MILLIS)
            .setHandshakeTimeout(HANDSHAKE_MILLIS)
            .setMetricsCollector(beneath);
    if (!encrypted) return options;
    // The client demands an algorithm.
    return options
        .setSsl(true)
        .setHostnameVerificationAlgorithm("HTTPS")
        .setTrustOptions(TrustOptions.wrap(trust));
  }

  /** The connection beneath the client, and its channel. */
  private static final class Beneath extends NoOpMetricsCollector {
    private Connection connection;
    private Channel channel;
    private boolean abandoned;

    @Override
    public void newConnection(Connection opened) {
      boolean late;
      synchronized (this) {
        connection = opened;
        late = abandoned;
      }
      if (late) opened.abort(ABORT_MILLIS);
    }

    @Override
    public synchronized void newChannel(Channel opened) {
      if (channel == null) channel = opened;
    }

    synchronized Opened opened() throws IOException {
      return new Opened(connection, Connector.requireChannel(channel), socket(), null);
    }

    private Closeable socket() throws IOException {
      if (connection instanceof AMQConnection socketed
          && socketed.getFrameHandler() instanceof SocketFrameHandler frames) {
        // Of a socket's stream, closing it closes the socket.
        return frames.getInputStream();
      }
      throw new IOException("the client has another kind of connection than expected");
    }

    /** The connection is not needed: it is closed now, or when it opens. */
    void abandon() {
      Connection opened;
      synchronized (this) {
        abandoned = true;
        opened = connection;
      }
      if (opened != null) opened.abort(ABORT_MILLIS);
    }
  }
}
