package io.sheaf.server.wire;

/**
 * Splits an inline request, as a person types it: words between white space; "…" with the escapes
 * \n \r \t \b \a \xHH and \ before any other byte; '…' with \' only. A quoted word is written over
 * its own quotes, as it only becomes shorter.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class InlineWords {
  private InlineWords() {}

  /** Adds the words in {@code length} bytes of {@code array} from {@code start} to a request. */
  static void split(byte[] array, int start, int length, Request request) throws ProtocolException {
    int at = start;
    int end = start + length;
    while (true) {
      while (at < end && isSpace(array[at])) {
        at++;
      }
      if (at == end) {
        return;
      }
      int word = at;
      int to = at;
      while (at < end && !isSpace(array[at])) {
        byte b = array[at++];
        if (b == '"' || b == '\'') {
          while (true) {
            if (at == end) {
              throw unbalanced();
            }
            byte c = array[at++];
            if (c == b) {
              break;
            }
            if (c == '\\' && b == '\'' && at < end && array[at] == '\'') {
              at++;
              array[to++] = '\'';
            } else if (c == '\\' && b == '"' && at < end) {
              if (isHex(array, at, end)) {
                array[to++] =
                    (byte)
                        (Character.digit(array[at + 1], 16) << 4
                            | Character.digit(array[at + 2], 16));
                at += 3;
              } else {
                array[to++] = escaped(array[at++]);
              }
            } else {
              array[to++] = c;
            }
          }
          if (at < end && !isSpace(array[at])) {
            throw unbalanced();
          }
        } else {
          array[to++] = b;
        }
      }
      request.add(word - start, to - word);
    }
  }

  private static boolean isHex(byte[] array, int at, int end) {
    return end - at >= 3
        && array[at] == 'x'
        && Character.digit(array[at + 1], 16) >= 0
        && Character.digit(array[at + 2], 16) >= 0;
  }

  private static byte escaped(byte b) {
    return switch (b) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> 7;
      default -> b;
    };
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r') || b == 0;
  }

  private static ProtocolException unbalanced() {
    return new ProtocolException("unbalanced quotes in request");
  }
}
