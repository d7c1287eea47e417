package io.stripchart.api.graphql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Apollo's automatic persisted queries: a client sends the hash of a query, and the query itself
 * only if the server does not know it. A stored query has passed all checks of queries without a
 * hash, and passes them again when it is used. Texts that are used again are preferred to new ones,
 * so a client that sends many new ones has little effect on others. For any thread.
 */
public final class PersistedQueries {
  /** Of all texts that are kept, in UTF-8. */
  static final int MAX_BYTES = 4 << 20;

  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private final Cache<String, String> kept;

  /** Why a hash leads to no query; the messages and codes are those that Apollo's clients know. */
  public enum Refusal {
    NOT_FOUND("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND"),
    NOT_SUPPORTED("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED");

    private final String message;
    private final String code;

    Refusal(String message, String code) {
      this.message = message;
      this.code = code;
    }

    Failure failure() {
      return new Failure(message, code);
    }
  }

  /**
   * @param max maximum number of queries; 0 for none, which clients are informed of
   */
  public PersistedQueries(int max) {
    this.kept =
        max == 0
            ? null
            : Caffeine.newBuilder()
                .maximumWeight(MAX_BYTES)
                // So there are at most max, however short they are.
                .weigher((String hash, String text) -> Math.max(bytes(text), MAX_BYTES / max))
                .executor(Runnable::run)
                .build();
  }

  /** Characters beyond ASCII take three bytes at most. */
  private static int bytes(String text) {
    return 3 * text.length();
  }

  boolean areSupported() {
    return kept != null;
  }

  /** Null if it is not known. */
  String find(String hash) {
    return kept.getIfPresent(hash);
  }

  /** Keeps a query that is sound. */
  void keep(String hash, String text) {
    if (areSupported()) kept.put(hash, text);
  }

  /**
   * @throws MalformedRequestException if it is not a hash
   */
  static void check(String hash) {
    if (!HASH.matcher(hash).matches()) {
      throw new MalformedRequestException(
          "extensions.persistedQuery.sha256Hash: must be 64 hexadecimal digits in lower case");
    }
  }

  /**
   * @throws MalformedRequestException if the hash is not that of the query
   */
  static void check(String hash, String text) {
    if (!hash.equals(HexFormat.of().formatHex(sha256(text)))) {
      throw new MalformedRequestException(
          "extensions.persistedQuery.sha256Hash: is not the hash of the query");
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
