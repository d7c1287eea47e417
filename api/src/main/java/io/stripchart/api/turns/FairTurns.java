package io.stripchart.api.turns;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whose task runs next: addresses take turns, and the connections of an address take turns
 * within its turn. A task waits behind at most one task of each other connection, however many
 * tasks those have. Not safe for several threads.
 *
 * <p>Two places are reserved, so that long tasks of one client do not hold all of them: one for a
 * connection that has no task running, and one more for an address that has none.
 */
public final class FairTurns<T> {
  private final Limits limits;

  /** Addresses that have a task waiting, in the order of their turns. */
  private final Map<Object, Address<T>> waiting = new LinkedHashMap<>();

  private final Map<Object, Integer> runningByAddress = new HashMap<>();
  private final Map<Requester, Integer> runningByConnection = new HashMap<>();
  private int waitingTasks;
  private int runningTasks;

  /**
   * How many tasks may run and wait.
   *
   * @param running at a time, beside the reserved places
   * @param reserved whether the two reserved places exist
   * @param ofConnection waiting tasks of one connection
   * @param ofAddress waiting tasks of all connections of one address
   * @param total waiting tasks
   */
  public record Limits(int running, boolean reserved, int ofConnection, int ofAddress, int total) {
    /** Places for running tasks, the reserved ones included. */
    public int places() {
      return running + (reserved ? 2 : 0);
    }
  }

  /** A task whose turn has come. */
  public record Turn<T>(Requester requester, T task) {}

  private static final class Address<T> {
    private final Map<Requester, ArrayDeque<T>> connections = new LinkedHashMap<>();
    private int tasks;
  }

  public FairTurns(Limits limits) {
    this.limits = limits;
  }

  /**
   * Adds a task behind those of the same connection.
   *
   * @return false if a limit is reached; then the task does not wait. The limits of a connection
   *     and an address do not apply to {@link Requester#INTERNAL}
   */
  public boolean add(Requester requester, T task) {
    if (waitingTasks >= limits.total || isFull(requester)) return false;
    var address = waiting.computeIfAbsent(requester.address(), absent -> new Address<>());
    address.connections.computeIfAbsent(requester, absent -> new ArrayDeque<>()).add(task);
    address.tasks++;
    waitingTasks++;
    return true;
  }

  private boolean isFull(Requester requester) {
    if (requester.equals(Requester.INTERNAL)) return false;
    var address = waiting.get(requester.address());
    if (address == null) return false;
    var own = address.connections.get(requester);
    return address.tasks >= limits.ofAddress || (own != null && own.size() >= limits.ofConnection);
  }

  /** Takes a task away that waits. */
  public boolean remove(Requester requester, T task) {
    var address = waiting.get(requester.address());
    var own = address == null ? null : address.connections.get(requester);
    if (own == null || !own.remove(task)) return false;
    taken(requester, address, own);
    return true;
  }

  /** Takes away all tasks of a connection that wait. */
  public List<T> removeAll(Requester requester) {
    var address = waiting.get(requester.address());
    var own = address == null ? null : address.connections.remove(requester);
    if (own == null) return List.of();
    waitingTasks -= own.size();
    address.tasks -= own.size();
    if (address.tasks == 0) waiting.remove(requester.address());
    return List.copyOf(own);
  }

  private void taken(Requester requester, Address<T> address, ArrayDeque<T> own) {
    waitingTasks--;
    address.tasks--;
    if (own.isEmpty()) address.connections.remove(requester);
    if (address.tasks == 0) waiting.remove(requester.address());
  }

  /**
   * Takes the next task that may run; {@link #ended} follows when it has.
   *
   * @return null if none waits, or none may run now
   */
  public Turn<T> next() {
    if (runningTasks >= limits.places()) return null;
    for (var entry : waiting.entrySet()) {
      if (isForNewAddresses() && runningByAddress.containsKey(entry.getKey())) continue;
      for (var own : entry.getValue().connections.entrySet()) {
        if (isReserved() && runningByConnection.containsKey(own.getKey())) continue;
        return start(own.getKey(), entry.getValue(), own.getValue());
      }
    }
    return null;
  }

  private boolean isReserved() {
    return runningTasks >= limits.running;
  }

  private boolean isForNewAddresses() {
    return runningTasks > limits.running;
  }

  private Turn<T> start(Requester requester, Address<T> address, ArrayDeque<T> own) {
    var task = own.poll();
    taken(requester, address, own);
    // Behind the others.
    if (!own.isEmpty()) {
      address.connections.remove(requester);
      address.connections.put(requester, own);
    }
    if (waiting.remove(requester.address(), address)) waiting.put(requester.address(), address);
    runningTasks++;
    runningByAddress.merge(requester.address(), 1, Integer::sum);
    runningByConnection.merge(requester, 1, Integer::sum);
    return new Turn<>(requester, task);
  }

  /** A task that was running has ended. */
  public void ended(Requester requester) {
    runningTasks--;
    runningByAddress.computeIfPresent(requester.address(), (key, tasks) -> less(tasks));
    runningByConnection.computeIfPresent(requester, (key, tasks) -> less(tasks));
  }

  private static Integer less(int tasks) {
    return tasks == 1 ? null : tasks - 1;
  }

  /** Counts no task as running; {@link #ended} must not be called for those that were. */
  public void abandonRunning() {
    runningTasks = 0;
    runningByAddress.clear();
    runningByConnection.clear();
  }

  /** Takes away all tasks that wait, in no order. */
  public List<T> clear() {
    var all = new ArrayList<T>(waitingTasks);
    waiting.values().forEach(address -> address.connections.values().forEach(all::addAll));
    waiting.clear();
    waitingTasks = 0;
    return all;
  }

  public int waitingTasks() {
    return waitingTasks;
  }
}
