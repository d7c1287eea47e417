package io.stripchart.api;

import io.stripchart.api.ApiException.Code;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes of answers that this process holds, from their making until clients have taken them.
 * Each answer has a limit, and so have all of them together. Safe for any thread.
 */
public final class AnswerMemory {
  /** Answers up to this size may use the last quarter of the memory, which larger ones may not. */
  static final int SMALL = 64 * 1024;

  private final int maxAnswer;
  private final long maxTotal;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param maxAnswer bytes of one answer
   * @param maxTotal bytes of all answers of the process
   */
  public AnswerMemory(int maxAnswer, long maxTotal) {
    this.maxAnswer = maxAnswer;
    this.maxTotal = maxTotal;
  }

  /** Bytes held now. */
  public AtomicLong held() {
    return held;
  }

  /** Begins an answer. */
  public Hold hold() {
    return new Hold();
  }

  /** The memory of one response. Belongs to one context. */
  public final class Hold {
    private long output;
    private long reserved;

    private Hold() {}

    /**
     * Counts bytes of output.
     *
     * @throws ApiException if the answer becomes too large, or all answers of the process
     */
    public void add(int bytes) {
      if (output + bytes > maxAnswer) throw tooLarge();
      reserve(bytes);
      output += bytes;
    }

    /**
     * Counts bytes needed to produce the response that are not output.
     *
     * @throws ApiException if there is no room
     */
    public void reserve(long bytes) {
      long most = reserved + bytes <= SMALL ? maxTotal : maxTotal / 4 * 3;
      if (held.addAndGet(bytes) > most) {
        held.addAndGet(-bytes);
        throw new ApiException(
            Code.BUSY, "too many large answers are being sent at the moment; try again");
      }
      reserved += bytes;
    }

    /** Gives back bytes of output that were not needed. */
    public void undo(long bytes) {
      output -= bytes;
      reserved -= bytes;
      held.addAndGet(-bytes);
    }

    /** Ends the response: the client has read it, or it was abandoned. May be called again. */
    public void release() {
      held.addAndGet(-reserved);
      reserved = 0;
      output = 0;
    }
  }

  private ApiException tooLarge() {
    return new ApiException(
        Code.LIMIT,
        String.format(
            Locale.ROOT,
            "the answer is larger than %,d bytes; ask for fewer elements, or for fewer fields",
            maxAnswer));
  }
}
