package io.stripchart.api.graphql.plain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.stripchart.api.ApiException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * JSON in UTF-8, in pieces that are never copied together. Bytes are counted while they are
 * written, so too large a response is never completed.
 */
public final class JsonPieces {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private final List<byte[]> pieces;
  private final long size;

  private JsonPieces(List<byte[]> pieces, long size) {
    this.pieces = pieces;
    this.size = size;
  }

  /** The pieces written so far. */
  public interface Content {
    void write(Writer writer) throws IOException;
  }

  /** Writes one value, or parts of one. */
  public static final class Writer extends OutputStream {
    private final AnswerBudget budget;
    private final List<byte[]> pieces = new ArrayList<>();
    private final JsonGenerator json;
    private long size;
    private long counted;

    private Writer(AnswerBudget budget) throws IOException {
      this.budget = budget;
      this.json = JSON.createGenerator(this);
    }

    public JsonGenerator json() {
      return json;
    }

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      budget.addOutput(length);
      counted += length;
      size += length;
      pieces.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    /** Writes a value that was counted when it was made. */
    public void value(JsonPieces value) throws IOException {
      json.writeRawValue("");
      json.flush();
      pieces.addAll(value.pieces);
      size += value.size;
    }
  }

  /**
   * @throws ApiException if it is too large
   */
  public static JsonPieces of(AnswerBudget budget, Content content) {
    try {
      return written(budget, content);
    } catch (AnswerBudget.RefusedException e) {
      throw (ApiException) e.getCause();
    }
  }

  /**
   * @throws AnswerBudget.RefusedException if it is too large
   * @throws RuntimeException of any kind that the content throws; then nothing of it is counted
   */
  static JsonPieces written(AnswerBudget budget, Content content) {
    try {
      var writer = new Writer(budget);
      try {
        content.write(writer);
        writer.json.close();
      } catch (RuntimeException e) {
        budget.undoOutput(writer.counted);
        throw e;
      }
      return new JsonPieces(writer.pieces, writer.size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long size() {
    return size;
  }

  /** In order; not to be changed. */
  public List<byte[]> pieces() {
    return pieces;
  }

  /** All of it, copied. */
  public byte[] bytes() {
    var bytes = new byte[Math.toIntExact(size)];
    int end = 0;
    for (var piece : pieces) {
      System.arraycopy(piece, 0, bytes, end, piece.length);
      end += piece.length;
    }
    return bytes;
  }
}
