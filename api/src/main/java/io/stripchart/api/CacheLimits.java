package io.stripchart.api;

/**
 * How much memory each cache of one event loop may take. All caches of a process together have a
 * quarter of its heap, however many event loops share it, so that they are full and the process
 * goes on.
 *
 * @param bytes of all caches of the event loop
 */
public record CacheLimits(long bytes) {
  private static final long MIB = 1024L * 1024;
  private static final int SHARE_OF_HEAP = 4;

  /** Beyond that more memory brings nothing. */
  private static final long MAX_OF_PROCESS = 1024 * MIB;

  /** Of a process with that heap, which so many event loops share. */
  public static CacheLimits of(long heapBytes, int loops) {
    return new CacheLimits(Math.min(heapBytes / SHARE_OF_HEAP, MAX_OF_PROCESS) / loops);
  }

  /** Of this process. */
  public static CacheLimits ofThisProcess(int loops) {
    return of(Runtime.getRuntime().maxMemory(), loops);
  }

  private long share(int percent, long max) {
    return Math.min(bytes * percent / 100, max);
  }

  /** Ids of series by their names. */
  public long seriesIds() {
    return share(8, 32 * MIB);
  }

  /** Names of rooms that exist. */
  public long roomNames() {
    return share(4, 16 * MIB);
  }

  /** Rooms with their sensors. */
  public long rooms() {
    return share(16, 32 * MIB);
  }

  /** Pages of rooms; those of buildings have as much. */
  public long roomPages() {
    return share(8, 16 * MIB);
  }

  /** Points of factories' charts. */
  public long charts() {
    return share(14, 32 * MIB);
  }

  /** Pages of factories, put together. */
  public long factoryPages() {
    return share(4, 8 * MIB);
  }

  /** Readings that rolling averages are kept up with. */
  public long rollingReadings() {
    return share(14, 48 * MIB);
  }

  /** Readings in the windows of {@code averageTemperature}. */
  public long averageReadings() {
    return share(16, 64 * MIB);
  }
}
