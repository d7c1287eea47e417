package io.stripchart.persist.store;

/** Notified of partitions as they are created; on the context of the store. */
public interface PartitionProgress {
  /** One was made. */
  void made();

  /** Readings that waited for a partition may have one now, or none at all. */
  void changed();

  /** Ignores notifications. */
  static PartitionProgress none() {
    return new PartitionProgress() {
      @Override
      public void made() {}

      @Override
      public void changed() {}
    };
  }
}
