package io.stripchart.bench.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import io.stripchart.common.reading.Reading;
import io.stripchart.common.reading.ReadingJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Readings are stored while subscribers are away, who then subscribe again after their cursors.
 * Takes the time until all of them have all, and the delivery times of a live subscriber before and
 * meanwhile.
 */
public final class ResumeLoad {
  private static final String LIVE = "bench.resume-live";
  private static final int LIVE_RATE = 200;
  private static final int MAX_LIVE = LIVE_RATE * 3_600;
  private static final int OF_MESSAGE = 250;
  private static final long PATIENCE_SECONDS = 30;
  private static final long STORING_SECONDS = 300;

  private final WebSocketClient client;
  private final int port;
  private final AMQP.BasicProperties properties =
      new AMQP.BasicProperties.Builder().contentType("application/json").deliveryMode(2).build();
  private final AtomicLongArray published = new AtomicLongArray(MAX_LIVE);
  private final AtomicLong delivered = new AtomicLong();
  private Latencies latencies = new Latencies();
  private volatile boolean ended;

  private ResumeLoad(Vertx vertx, int port, int subscribers) {
    var options = new WebSocketClientOptions().setMaxConnections(subscribers + 1);
    this.client = vertx.createWebSocketClient(options);
    this.port = port;
  }

  /**
   * @param arguments URI of the broker, port of the api, readings to miss, subscribers, series of
   *     these readings, seconds to measure before, seconds after which it ends whatever is missing
   */
  public static void main(String[] arguments) throws Exception {
    int readings = Integer.parseInt(arguments[2]);
    int subscribers = Integer.parseInt(arguments[3]);
    int series = Integer.parseInt(arguments[4]);
    int seconds = Integer.parseInt(arguments[5]);
    int limit = Integer.parseInt(arguments[6]);
    var load = new ResumeLoad(Vertx.vertx(), Integer.parseInt(arguments[1]), subscribers);
    var factory = new ConnectionFactory();
    factory.setUri(arguments[0]);
    try (var connection = factory.newConnection("bench resume")) {
      load.run(
          connection.createChannel(),
          connection.createChannel(),
          new Missed(readings, subscribers, series),
          seconds,
          limit);
    }
    System.exit(0);
  }

  /** Where there is one series, all subscribers follow it; else each a series of its own. */
  private record Missed(int readings, int subscribers, int series) {
    private static final String RUN = Long.toString(System.nanoTime(), 36);

    String name(int index) {
      return "bench.resume-" + RUN + "." + index % series;
    }

    long expected() {
      return (long) readings / series * subscribers;
    }
  }

  private void run(Channel live, Channel channel, Missed missed, int seconds, int limit)
      throws Exception {
    new Follower(LIVE, null, this::heardLive).open().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    var publisher = new Thread(() -> publishLive(live), "live");
    publisher.start();
    pause(3);
    take();
    pause(seconds);
    var before = take();

    var cursors = cursors(channel, missed);
    publish(channel, missed);
    pause(5);
    take();

    long begin = System.nanoTime();
    var done = new CountDownLatch(missed.subscribers);
    for (int i = 0; i < missed.subscribers; i++) follow(missed, i, cursors.get(i), done);
    boolean all = done.await(limit, TimeUnit.SECONDS);
    double took = (System.nanoTime() - begin) / 1e9;
    var meanwhile = take();
    ended = true;
    publisher.join();
    new Outcome()
        .with("before_", before)
        .with("meanwhile_", meanwhile)
        .with("seconds", took)
        .with("missing", all ? 0 : (double) (missed.expected() - delivered.get()))
        .with("delivered", (double) delivered.get())
        .print();
  }

  private void publishLive(Channel channel) {
    long interval = TimeUnit.SECONDS.toNanos(1) / LIVE_RATE;
    long due = System.nanoTime();
    try {
      for (int i = 0; i < MAX_LIVE && !ended; i++) {
        due += interval;
        LockSupport.parkNanos(due - System.nanoTime());
        published.set(i, System.nanoTime());
        channel.basicPublish(
            "stripchart.readings", LIVE, properties, ReadingJson.encode(Instant.now(), i));
      }
    } catch (Exception failure) {
      System.err.println("resume: the live readings ended: " + failure);
    }
  }

  private synchronized void heardLive(JsonObject event) {
    var value = event.getJsonObject("data").getJsonObject("readings").getDouble("value");
    latencies.add(System.nanoTime() - published.get(value.intValue()));
  }

  /** The delivery times since the last call. */
  private synchronized Latencies take() {
    var taken = latencies;
    latencies = new Latencies();
    return taken;
  }

  /** Each of which is that of a first reading. */
  private List<String> cursors(Channel channel, Missed missed) throws Exception {
    var followers = new ArrayList<Follower>();
    var cursors = new ArrayList<Future<String>>();
    for (int i = 0; i < missed.subscribers; i++) {
      var cursor = Promise.<String>promise();
      var follower =
          new Follower(
              missed.name(i),
              null,
              event -> cursor.tryComplete(event.getJsonObject("extensions").getString("cursor")));
      follower.open().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      followers.add(follower);
      cursors.add(cursor.future());
    }
    pause(1);
    for (int i = 0; i < missed.series; i++) {
      channel.basicPublish(
          "stripchart.readings", missed.name(i), properties, ReadingJson.encode(Instant.now(), -1));
    }
    Future.all(cursors).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (var follower : followers) follower.close();
    return cursors.stream().map(Future::result).toList();
  }

  private void publish(Channel channel, Missed missed) throws Exception {
    channel.confirmSelect();
    var first = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(3_600);
    int each = missed.readings / missed.series;
    int messages = 0;
    for (int from = 0; from < each; from += OF_MESSAGE) {
      for (int i = 0; i < missed.series; i++) {
        var readings = new ArrayList<Reading>();
        for (int number = from; number < Math.min(each, from + OF_MESSAGE); number++)
          readings.add(new Reading(missed.name(i), first.plusMillis(number), number));
        channel.basicPublish(
            "stripchart.readings", missed.name(i), properties, ReadingJson.encode(readings));
        if (++messages % 100 == 0) channel.waitForConfirmsOrDie(60_000);
      }
    }
    channel.waitForConfirmsOrDie(60_000);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STORING_SECONDS);
    while (channel.messageCount("stripchart.persist") > 0 && System.nanoTime() < end) pause(1);
  }

  private void follow(Missed missed, int index, String cursor, CountDownLatch done) {
    long wanted = missed.readings / missed.series;
    var left = new AtomicLong(wanted);
    new Follower(missed.name(index), cursor, null) {
      @Override
      void heard(String text) {
        delivered.incrementAndGet();
        if (left.decrementAndGet() == 0) done.countDown();
      }
    }.open().onFailure(failure -> System.err.println("resume: " + failure));
  }

  private static void pause(int seconds) {
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
  }

  private interface Listener {
    void heard(JsonObject event);
  }

  /** A subscription over a connection of its own. */
  private class Follower {
    private final String query;
    private final Listener listener;
    private final Promise<Void> subscribed = Promise.promise();
    private WebSocket socket;

    Follower(String series, String cursor, Listener listener) {
      var after = cursor == null ? "" : ", after: \"" + cursor + "\"";
      this.query = "subscription { readings(series: \"%s\"%s) { value } }".formatted(series, after);
      this.listener = listener;
    }

    Future<Void> open() {
      var options =
          new WebSocketConnectOptions()
              .setHost("127.0.0.1")
              .setPort(port)
              .setURI("/graphql")
              .addSubProtocol("graphql-transport-ws");
      return client.connect(options).compose(this::start);
    }

    private Future<Void> start(WebSocket opened) {
      socket = opened;
      socket.textMessageHandler(this::message);
      return socket
          .writeTextMessage("{\"type\":\"connection_init\"}")
          .compose(sent -> subscribed.future());
    }

    private void message(String text) {
      if (text.contains("\"next\"")) {
        heard(text);
      } else if (text.contains("\"connection_ack\"")) {
        var payload = new JsonObject().put("query", query);
        var subscribe = new JsonObject().put("type", "subscribe").put("id", "1");
        socket.writeTextMessage(subscribe.put("payload", payload).encode()).onComplete(subscribed);
      } else if (text.contains("\"ping\"")) {
        var unused = socket.writeTextMessage("{\"type\":\"pong\"}");
      } else {
        System.err.println("resume: the api says: " + text);
      }
    }

    void heard(String text) {
      listener.heard(new JsonObject(text).getJsonObject("payload"));
    }

    private void close() {
      var unused = socket.close();
    }
  }
}
