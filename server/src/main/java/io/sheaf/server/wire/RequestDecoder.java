package io.sheaf.server.wire;

/**
 * Finds requests in the bytes of a client. Nothing is copied and nothing allocated for an argument:
 * a {@link Request} has the places of its arguments. A request that is not complete is gone on with
 * where it ended when more has come.
 *
 * <pre>
 * request  := "*" number CRLF argument{number}
 *           | line                               inline: words, quoted or not
 * argument := "$" number CRLF byte{number} CRLF
 * </pre>
 *
 * <p><b>Thread safety.</b> One thread at a time.
 *
 * <p><b>Source.</b> Redis serialization protocol specification, "Sending commands to a Redis
 * server"; texts of errors are those of Redis.
 */
public final class RequestDecoder {
  private static final int NOT_FOUND = -1;
  private static final int UNKNOWN = -1;
  private static final int LONGEST_NUMBER = 20;

  private final InputBuffer input;
  private final Request request;
  private WireLimits limits;

  /** Bytes of the present request that are understood. */
  private int position;

  /** Arguments still to come; {@link #UNKNOWN} before the count is there. */
  private int missing = UNKNOWN;

  /** Length of the argument that is coming; {@link #UNKNOWN} before it is there. */
  private int argumentLength = UNKNOWN;

  private boolean delivered;

  /** Finds requests in {@code input}. */
  public RequestDecoder(InputBuffer input, WireLimits limits) {
    this.input = input;
    this.limits = limits;
    this.request = new Request(input);
  }

  /** Sets the limits from the next request on. */
  public void limit(WireLimits limits) {
    this.limits = limits;
  }

  /** The request that {@link #next} found. */
  public Request request() {
    return request;
  }

  /** Memory that is held for a request whose rest is to come, besides its bytes. */
  public long heldBytes() {
    return input.size() == 0 ? 0 : request.placesBytes();
  }

  /** Whether a part of a request has come, and more is to come. */
  public boolean isWithinRequest() {
    return !delivered && input.size() > 0;
  }

  /**
   * Goes to the next request; the one before is gone then. A request without arguments is passed
   * over.
   *
   * @return false when it is not complete yet
   */
  public boolean next() throws ProtocolException {
    forget();
    while (input.size() > 0) {
      boolean complete =
          (missing != UNKNOWN || input.array()[input.start()] == '*') ? counted() : inline();
      if (!complete) {
        return false;
      }
      delivered = true;
      if (request.count() > 0) {
        return true;
      }
      forget();
    }
    return false;
  }

  private void forget() {
    if (delivered) {
      input.consume(position);
      position = 0;
      missing = UNKNOWN;
      argumentLength = UNKNOWN;
      request.clear();
      delivered = false;
    }
  }

  private boolean counted() throws ProtocolException {
    if (missing == UNKNOWN && !readCount()) {
      return false;
    }
    while (missing > 0) {
      if (argumentLength == UNKNOWN && !readLength()) {
        return false;
      }
      int available = input.size() - position;
      if (available - 2 < argumentLength) {
        return false;
      }
      int end = input.start() + position + argumentLength;
      if (input.array()[end] != '\r' || input.array()[end + 1] != '\n') {
        throw new ProtocolException("expected CRLF behind an argument");
      }
      request.add(position, argumentLength);
      position += argumentLength + 2;
      argumentLength = UNKNOWN;
      missing--;
    }
    return true;
  }

  private boolean readCount() throws ProtocolException {
    int lineEnd = lineEnd("too big mbulk count string");
    if (lineEnd == NOT_FOUND) {
      return false;
    }
    long count = number(position + 1, lineEnd, "invalid multibulk length");
    if (count > Integer.MAX_VALUE) {
      throw new ProtocolException("invalid multibulk length");
    }
    if (count > limits.arguments()) {
      throw new ProtocolException(
          isForStrangers() ? "unauthenticated multibulk length" : "invalid multibulk length");
    }
    missing = (int) Math.max(0, count);
    position = lineEnd + 2;
    return true;
  }

  private boolean readLength() throws ProtocolException {
    if (input.size() == position) {
      return false;
    }
    byte first = input.array()[input.start() + position];
    if (first != '$') {
      throw new ProtocolException("expected '$', got '" + shown(first) + "'");
    }
    int lineEnd = lineEnd("too big bulk count string");
    if (lineEnd == NOT_FOUND) {
      return false;
    }
    long length = number(position + 1, lineEnd, "invalid bulk length");
    if (length < 0 || length > limits.argumentBytes()) {
      throw new ProtocolException(
          length > 0 && isForStrangers() ? "unauthenticated bulk length" : "invalid bulk length");
    }
    if (lineEnd + 2 + length + 2 > limits.requestBytes()) {
      throw new ProtocolException("too big request");
    }
    argumentLength = (int) length;
    position = lineEnd + 2;
    return true;
  }

  private boolean isForStrangers() {
    return limits.arguments() <= WireLimits.STRANGER.arguments();
  }

  private boolean inline() throws ProtocolException {
    int newline = find('\n', position);
    if (newline == NOT_FOUND) {
      if (input.size() > WireLimits.LINE_BYTES) {
        throw new ProtocolException("too big inline request");
      }
      return false;
    }
    int end =
        newline > 0 && input.array()[input.start() + newline - 1] == '\r' ? newline - 1 : newline;
    InlineWords.split(input.array(), input.start(), end, request);
    if (request.count() > limits.arguments()) {
      throw new ProtocolException("too many words in an inline request");
    }
    position = newline + 1;
    return true;
  }

  /**
   * Where the line from the present position ends, with its line feed there; offset from the
   * request's first byte.
   */
  private int lineEnd(String tooLong) throws ProtocolException {
    int end = find('\r', position);
    if (end == NOT_FOUND) {
      if (input.size() - position > WireLimits.LINE_BYTES) {
        throw new ProtocolException(tooLong);
      }
      return NOT_FOUND;
    }
    return end + 1 < input.size() ? end : NOT_FOUND;
  }

  private int find(int wanted, int from) {
    byte[] array = input.array();
    int start = input.start();
    int end = Math.min(input.end(), start + from + WireLimits.LINE_BYTES + 2);
    for (int i = start + from; i < end; i++) {
      if (array[i] == wanted) {
        return i - start;
      }
    }
    return NOT_FOUND;
  }

  /** The decimal number between two offsets, written as numbers are: no sign but "-", no zeros. */
  private long number(int from, int to, String otherwise) throws ProtocolException {
    byte[] array = input.array();
    int at = input.start() + from;
    int end = input.start() + to;
    boolean negative = at < end && array[at] == '-';
    if (negative) {
      at++;
    }
    if (at == end || end - at > LONGEST_NUMBER || array[end + 1] != '\n') {
      throw new ProtocolException(otherwise);
    }
    boolean leadingZero = array[at] == '0' && (end - at > 1 || negative);
    long value = 0;
    for (; at < end; at++) {
      int digit = array[at] - '0';
      if (digit < 0 || digit > 9 || leadingZero || value > (Long.MAX_VALUE - digit) / 10) {
        throw new ProtocolException(otherwise);
      }
      value = 10 * value + digit;
    }
    return negative ? -value : value;
  }

  private static char shown(byte b) {
    return b >= ' ' && b < 0x7F ? (char) b : '?';
  }
}
