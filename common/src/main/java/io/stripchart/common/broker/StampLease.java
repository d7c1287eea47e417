package io.stripchart.common.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.ShutdownSignalException;
import io.stripchart.common.reading.ArrivalClock;
import io.stripchart.common.reading.ReadingTime;
import io.stripchart.common.reading.StampShare;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an {@link ArrivalClock} supplied with times that no other process uses or has used, however
 * clocks are set. Claimed times are recorded in a {@link StampLedger}, the only message of the
 * queue and the exchange {@link #LEDGER}; a claim is used only after the broker has confirmed the
 * ledger with it. See docs/decisions/0020-unique-stamps.md.
 *
 * <p>A process that changes the ledger holds the exclusive queue {@link #LOCK} meanwhile. If that
 * is not enough, because a broker releases a dead connection's lock before its messages, two
 * ledgers may be found: they are merged, and no time is claimed twice.
 */
public final class StampLease {
  static final String LEDGER = "stripchart.clock";
  static final String LOCK = "stripchart.clock.lock";

  /** How far a claim reaches, which bounds how long a slot is lost when a process is killed. */
  private static final Duration CLAIM = Duration.ofSeconds(60);

  private static final Duration RENEWAL = Duration.ofSeconds(5);
  private static final Duration CONFIRM_LIMIT = Duration.ofSeconds(5);
  private static final int CLOSE_SECONDS = 2;

  /** A ledger that is missing may be on its way back from a connection that has just died. */
  private static final int LOOKS = 3;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  /**
   * The roles of one process take turns: the embedded broker, which most often serves one process
   * alone, ends the connection of those that find the lock taken.
   */
  private static final Object IN_PROCESS = new Object();

  private static final Logger log = LoggerFactory.getLogger(StampLease.class);

  private final String owner = UUID.randomUUID().toString();
  private final Clock clock;
  private final ArrivalClock arrivals;
  private final Runnable granted;
  private final ReconnectingConnection link;
  private StampShare held;

  /** Of the ledger that is being published; null where it has no claim. */
  private StampShare claimed;

  private boolean released;

  /** Whether the lock was taken, and is to be tried again soon. */
  private boolean tryingAgain;

  private StampLease(
      BrokerSettings settings, String name, Clock clock, ArrivalClock arrivals, Runnable granted) {
    this.clock = clock;
    this.arrivals = arrivals;
    this.granted = granted;
    this.link =
        new ReconnectingConnection(new BoundedConnector(settings), settings, name, new Claiming());
  }

  /**
   * Opens a lease, which connects and claims in the background, for as long as it takes.
   *
   * @param name of the connection, as the management console shows it
   * @param clock as that of {@code arrivals}
   * @param arrivals is given the times
   * @param granted told once, on any thread, when it has the first ones
   */
  public static StampLease open(
      BrokerSettings settings, String name, Clock clock, ArrivalClock arrivals, Runnable granted) {
    var lease = new StampLease(settings, name, clock, arrivals, granted);
    lease.link.start();
    lease.link.onIoEvery(RENEWAL, lease::renew);
    return lease;
  }

  /** Returns unused times, for which it waits up to 2 s, and closes. Blocks. */
  public void close() throws InterruptedException {
    var done = new CountDownLatch(1);
    boolean open =
        link.onIo(
            () -> {
              try {
                release();
              } finally {
                done.countDown();
              }
            });
    if (open && !done.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
      log.debug("event=stamps_not_released");
    }
    link.close();
  }

  private void renew() {
    var connection = link.live();
    if (connection == null || released) return;
    try {
      underLock(connection, this::claim);
    } catch (LockedException e) {
      // Another process is at it, for some milliseconds.
      tryAgain();
    } catch (IOException | RuntimeException e) {
      connection.die("no times could be reserved: " + e);
    }
  }

  /** Once for all attempts, of which there is a new one at each renewal. */
  private void tryAgain() {
    if (tryingAgain) return;
    tryingAgain = true;
    long millis = ThreadLocalRandom.current().nextLong(50, 250);
    link.onIoAfter(
        Duration.ofMillis(millis),
        () -> {
          tryingAgain = false;
          renew();
        });
  }

  private StampLedger claim(StampLedger found) {
    long now = ReadingTime.micros(clock.instant());
    if (held == null && found.isFull(now)) {
      log.warn(
          "event=stamps_ahead; more than {} processes stamp readings, or the clock was set back"
              + " several times: stamps are ahead of the clock for a while",
          StampShare.SLOTS);
    }
    var claim = found.claim(owner, held, now, arrivals.lastMicros(), CLAIM.toNanos() / 1_000);
    claimed = claim.share();
    return claim.ledger();
  }

  private void release() {
    var connection = link.live();
    released = true;
    if (held == null || connection == null) return;
    try {
      claimed = null;
      underLock(connection, found -> found.released(owner, held, arrivals.lastMicros()));
    } catch (IOException | LockedException | RuntimeException e) {
      log.debug("event=stamps_not_released cause=\"{}\"", e.toString());
    }
  }

  /** Another process holds the lock. */
  private static final class LockedException extends Exception {
    private static final long serialVersionUID = 1;
  }

  private interface Change {
    StampLedger of(StampLedger found);
  }

  /** Changes the ledger, and uses the claim after the confirm. */
  private void underLock(BrokerConnection connection, Change change)
      throws IOException, LockedException {
    synchronized (IN_PROCESS) {
      changeUnderLock(connection, change);
    }
  }

  private void changeUnderLock(BrokerConnection connection, Change change)
      throws IOException, LockedException {
    var channel = connection.channel();
    lock(channel);
    try {
      boolean isNew = declare(channel);
      var taken = take(channel, isNew);
      var found = StampLedger.merged(taken.stream().map(StampLease::ledger).toList());
      publish(channel, change.of(found));
      if (connection.isDead()) throw new IOException("no queue took the ledger");
      if (!taken.isEmpty()) {
        channel.basicAck(taken.get(taken.size() - 1).getEnvelope().getDeliveryTag(), true);
      }
      if (claimed != null) use(claimed);
    } finally {
      if (!connection.isDead()) channel.queueDelete(LOCK);
    }
  }

  private void use(StampShare share) {
    boolean first = held == null;
    held = share;
    arrivals.use(share);
    if (first) granted.run();
  }

  private static StampLedger ledger(GetResponse message) {
    return StampLedger.decode(message.getBody());
  }

  /** On a channel of its own, as it closes where the lock is held. */
  private static void lock(Channel channel) throws IOException, LockedException {
    var attempt = Connector.requireChannel(channel.getConnection().createChannel());
    try {
      attempt.queueDeclare(LOCK, false, true, false, Map.of());
      attempt.abort();
    } catch (IOException | ShutdownSignalException e) {
      throw new LockedException();
    }
  }

  /**
   * @return whether the queue was not there before
   */
  private static boolean declare(Channel channel) throws IOException {
    var look = Connector.requireChannel(channel.getConnection().createChannel());
    boolean isNew = false;
    try {
      look.queueDeclarePassive(LEDGER);
      look.abort();
    } catch (IOException | ShutdownSignalException e) {
      isNew = true;
    }
    Map<String, Object> arguments = Map.of("x-queue-type", "quorum", "x-delivery-limit", 1_000_000);
    channel.queueDeclare(LEDGER, true, false, false, arguments);
    // By an exchange of its own, as a user may be allowed nothing but names that begin as ours do.
    channel.exchangeDeclare(LEDGER, "direct", true);
    channel.queueBind(LEDGER, LEDGER, "");
    return isNew;
  }

  private static List<GetResponse> take(Channel channel, boolean isNew) throws IOException {
    var taken = new ArrayList<GetResponse>();
    for (int look = 0; look < (isNew ? 1 : LOOKS) && taken.isEmpty(); look++) {
      if (look > 0) pause();
      for (var got = channel.basicGet(LEDGER, false);
          got != null;
          got = channel.basicGet(LEDGER, false)) {
        taken.add(got);
      }
    }
    return taken;
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_AGAIN.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the ledger", e);
    }
  }

  private static void publish(Channel channel, StampLedger ledger) throws IOException {
    channel.basicPublish(
        LEDGER,
        "",
        true,
        MessageProperties.MINIMAL_PERSISTENT_BASIC
            .builder()
            .contentType("application/json")
            .build(),
        ledger.encode());
    try {
      if (!channel.waitForConfirms(CONFIRM_LIMIT.toMillis())) {
        throw new IOException("the broker did not take the ledger");
      }
    } catch (TimeoutException e) {
      throw new IOException("the broker did not confirm the ledger in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a confirm", e);
    }
  }

  private final class Claiming implements ReconnectingConnection.User {
    @Override
    public void prepare(BrokerConnection connection) throws IOException {
      connection.channel().confirmSelect();
      connection
          .channel()
          .addReturnListener(returned -> connection.die("no queue took the ledger"));
    }

    @Override
    public void opened(BrokerConnection connection) {
      renew();
    }

    @Override
    public void died(BrokerConnection connection) {}
  }
}
