package io.sheaf.im;

import java.util.Optional;

/** How a message was said. The codes are stored. */
public enum MessageKind {
  /** Said to the conversation. */
  TEXT(0),
  /** Told of the sender in the third person. */
  ACTION(1);

  private final int code;

  MessageKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** The kind whose stored form is {@code code}. */
  static Optional<MessageKind> ofCode(int code) {
    return switch (code) {
      case 0 -> Optional.of(TEXT);
      case 1 -> Optional.of(ACTION);
      default -> Optional.empty();
    };
  }
}
