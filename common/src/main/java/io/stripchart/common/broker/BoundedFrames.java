package io.stripchart.common.broker;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads the frames of a connection, and shortens the bodies of messages that are too large: of a
 * body above {@value #MAX_BODY} bytes the client sees the first {@value #KEPT} only, and the rest
 * is thrown away as it is read. So no message, however large the broker lets it be, takes more
 * memory than that. The client itself would end the connection over such a message, and the broker
 * would deliver it again, for ever.
 *
 * <p>For one channel. Frames are read by one thread, which also calls the consumer.
 */
final class BoundedFrames implements FrameHandler {
  /** As RabbitMQ 4's default limit. No message that is of use comes near. */
  static final int MAX_BODY = 16 << 20;

  /** Of a larger one: enough to see what it was. */
  static final int KEPT = 64 << 10;

  private static final int SIZE_OFFSET = 4;

  /** Of headers that are decoded to what they were on the way. */
  private static final long HEADER_FACTOR = 4;

  private final FrameHandler frames;
  private long size;
  private int headerBytes;
  private long toPass;

  BoundedFrames(FrameHandler frames) {
    this.frames = frames;
  }

  /**
   * How large the body is that the client was given last, as the broker has it; bytes. On the
   * thread that reads.
   */
  long size() {
    return size;
  }

  /** Whether the client was given the beginning of it only. On the thread that reads. */
  boolean isShortened() {
    return size > MAX_BODY;
  }

  /** What the message takes in memory, about, its headers included; bytes. On that thread too. */
  long held() {
    return (isShortened() ? KEPT : size) + HEADER_FACTOR * headerBytes;
  }

  @Override
  public Frame readFrame() throws IOException {
    while (true) {
      var frame = frames.readFrame();
      if (frame == null) return null;
      if (frame.getType() == AMQP.FRAME_HEADER) return header(frame);
      if (frame.getType() != AMQP.FRAME_BODY) return frame;
      var passed = body(frame);
      if (passed != null) return passed;
    }
  }

  private Frame header(Frame frame) {
    var payload = frame.getPayload();
    headerBytes = payload.length;
    size = ByteBuffer.wrap(payload).getLong(SIZE_OFFSET);
    toPass = size > MAX_BODY ? KEPT : size;
    if (toPass == size) return frame;
    ByteBuffer.wrap(payload).putLong(SIZE_OFFSET, toPass);
    return new Frame(frame.getType(), frame.getChannel(), payload);
  }

  /**
   * @return null where the client is not to see it
   */
  private Frame body(Frame frame) {
    var payload = frame.getPayload();
    if (toPass == 0 && payload.length > 0) return null;
    if (payload.length <= toPass) {
      toPass -= payload.length;
      return frame;
    }
    var first = Arrays.copyOf(payload, (int) toPass);
    toPass = 0;
    return new Frame(frame.getType(), frame.getChannel(), first);
  }

  @Override
  public void setTimeout(int millis) throws SocketException {
    frames.setTimeout(millis);
  }

  @Override
  public int getTimeout() throws SocketException {
    return frames.getTimeout();
  }

  @Override
  public boolean internalHearbeat() {
    return frames.internalHearbeat();
  }

  @Override
  public void sendHeader() throws IOException {
    frames.sendHeader();
  }

  @Override
  public void initialize(AMQConnection connection) {
    frames.initialize(connection);
  }

  @Override
  public void startProcessing() {
    frames.startProcessing();
  }

  @Override
  public void finishConnectionNegotiation() {
    frames.finishConnectionNegotiation();
  }

  @Override
  public void setFrameMax(int bytes) {
    frames.setFrameMax(bytes);
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    frames.writeFrame(frame);
  }

  @Override
  public void flush(WriteListener listener) throws IOException {
    frames.flush(listener);
  }

  @Override
  public void close() {
    frames.close();
  }

  @Override
  public InetAddress getLocalAddress() {
    return frames.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return frames.getLocalPort();
  }

  @Override
  public InetAddress getAddress() {
    return frames.getAddress();
  }

  @Override
  public int getPort() {
    return frames.getPort();
  }
}
