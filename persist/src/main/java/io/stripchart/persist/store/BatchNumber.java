package io.stripchart.persist.store;

import java.util.UUID;

/**
 * Identifies a transaction that stores readings, in the table {@code stored_batch} and for live
 * listeners.
 *
 * @param process random name of the persist process, new at each start
 * @param sequence counts its transactions from 1
 */
public record BatchNumber(UUID process, long sequence) {}
