package io.sheaf.torture.fuzz;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sheaf.server.wire.InputBuffer;
import io.sheaf.server.wire.ProtocolException;
import io.sheaf.server.wire.Request;
import io.sheaf.server.wire.RequestDecoder;
import io.sheaf.server.wire.WireLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Any bytes come from a client. The decoder finds the same requests in them, and the same error,
 * wherever the network cuts them; it throws nothing but a {@link ProtocolException}, and holds no
 * memory for what a client only says that it will send.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class RequestAttack {
  private static final WireLimits LIMITS = new WireLimits(20, 300, 1_000);
  private static final int LEAST_BYTES = 4 << 10;

  private RequestAttack() {}

  /**
   * Looks for requests in {@code content}.
   *
   * @throws AssertionError when they depend on where it was cut, or it took too much memory
   */
  public static void read(byte[] content) {
    List<String> whole = found(content, Math.max(1, content.length));
    for (int most : new int[] {1, 2, 7, 100}) {
      List<String> cut = found(content, most);
      if (!cut.equals(whole)) {
        throw new AssertionError(
            "cut every " + most + " bytes it means " + cut + ", and whole " + whole);
      }
    }
  }

  /** The requests, and the error at the end if there is one. */
  private static List<String> found(byte[] content, int pieceBytes) {
    List<String> found = new ArrayList<>();
    try (InputBuffer input = new InputBuffer(UnpooledByteBufAllocator.DEFAULT)) {
      RequestDecoder decoder = new RequestDecoder(input, LIMITS);
      for (int at = 0; at < content.length; at += pieceBytes) {
        int length = Math.min(pieceBytes, content.length - at);
        input.append(Unpooled.wrappedBuffer(content, at, length));
        if (input.capacityBytes() > Math.max(LEAST_BYTES, 2 * content.length)) {
          throw new AssertionError(
              input.capacityBytes() + " bytes are held of " + content.length + " that came");
        }
        while (decoder.next()) {
          found.add(shown(decoder.request()));
        }
      }
    } catch (ProtocolException e) {
      found.add(e.reply());
    }
    return found;
  }

  private static String shown(Request request) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < request.count(); i++) {
      String argument = new String(request.bytes(i), StandardCharsets.ISO_8859_1);
      text.append(argument.length()).append(':').append(argument).append('|');
    }
    return text.toString();
  }
}
