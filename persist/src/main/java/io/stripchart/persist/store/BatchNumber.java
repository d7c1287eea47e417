package io.stripchart.persist.store;

import java.util.UUID;

/**
 * Under which a transaction that stores readings is known, in the table {@code stored_batch} and to
 * those who follow live.
 *
 * @param process names the persist process, anew at each start
 * @param sequence counts its transactions from 1
 */
public record BatchNumber(UUID process, long sequence) {}
