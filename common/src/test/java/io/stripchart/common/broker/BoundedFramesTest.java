package io.stripchart.common.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class BoundedFramesTest {
  private static final int PART = 100_000;

  private final Deque<Frame> incoming = new ArrayDeque<>();
  private final BoundedFrames frames = new BoundedFrames(source());

  private FrameHandler source() {
    return (FrameHandler)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {FrameHandler.class},
            (proxy, method, arguments) -> incoming.pollFirst());
  }

  private void message(long size) {
    incoming.add(new Frame(AMQP.FRAME_METHOD, 1, new byte[] {0, 60, 0, 60}));
    var header = ByteBuffer.allocate(14).putShort((short) 60).putShort((short) 0).putLong(size);
    incoming.add(new Frame(AMQP.FRAME_HEADER, 1, header.array()));
    for (long left = size; left > 0; left -= PART) {
      incoming.add(new Frame(AMQP.FRAME_BODY, 1, new byte[(int) Math.min(PART, left)]));
    }
  }

  /** Reads a message as the client does: as much of its body as its header says. */
  private long read() throws IOException {
    assertThat(frames.readFrame().getType()).isEqualTo(AMQP.FRAME_METHOD);
    var header = frames.readFrame();
    assertThat(header.getType()).isEqualTo(AMQP.FRAME_HEADER);
    long size = ByteBuffer.wrap(header.getPayload()).getLong(4);
    long left = size;
    while (left > 0) {
      var part = frames.readFrame();
      assertThat(part.getType()).isEqualTo(AMQP.FRAME_BODY);
      left -= part.getPayload().length;
    }
    assertThat(left).isZero();
    return size;
  }

  @Test
  void passesMessagesUpToTheLimit() throws IOException {
    for (int size : new int[] {0, 1, PART, PART + 1, BoundedFrames.MAX_BODY}) message(size);
    for (int size : new int[] {0, 1, PART, PART + 1, BoundedFrames.MAX_BODY}) {
      assertThat(read()).isEqualTo(size);
      assertThat(frames.isShortened()).isFalse();
    }
    assertThat(frames.readFrame()).isNull();
  }

  @Test
  void shortensWhatIsLargerAndGoesOnWithTheNext() throws IOException {
    long large = 5L * BoundedFrames.MAX_BODY;
    message(BoundedFrames.MAX_BODY + 1);
    message(3);
    message(large);
    message(4);
    assertThat(read()).isEqualTo(BoundedFrames.KEPT);
    assertThat(frames.isShortened()).isTrue();
    assertThat(frames.size()).isEqualTo(BoundedFrames.MAX_BODY + 1);
    assertThat(read()).isEqualTo(3);
    assertThat(read()).isEqualTo(BoundedFrames.KEPT);
    assertThat(frames.size()).isEqualTo(large);
    assertThat(frames.held()).isLessThan(2L * BoundedFrames.KEPT);
    assertThat(read()).isEqualTo(4);
    assertThat(frames.readFrame()).isNull();
  }
}
