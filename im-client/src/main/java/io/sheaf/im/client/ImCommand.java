package io.sheaf.im.client;

import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;

/** The commands of the server, as Lettuce sends them. */
@SuppressWarnings("deprecation") // Lettuce deprecates name(), which each enum has
enum ImCommand implements ProtocolKeyword {
  ACK(true),
  ADDDEVICE(false),
  APPEND(false),
  CLEAR(false),
  CONVERSATIONS(true),
  CREATE(false),
  DELETE(false),
  DEVICES(true),
  DROP(false),
  EDIT(false),
  HISTORY(true),
  INFO(true),
  JOIN(false),
  LEAVE(false),
  MARK(false),
  MEMBERS(true),
  MENTIONS(true),
  MESSAGE(true),
  PURGE(false),
  REACT(false),
  REACTIONS(true),
  READ(true),
  RECALL(false),
  RECEIPT(true),
  REMOVEDEVICE(false),
  SEND(false),
  SETTINGS(false),
  SUBSCRIBE(true),
  SYNC(true),
  UNREAD(true),
  UNSUBSCRIBE(true);

  @SuppressWarnings("ImmutableEnumChecker") // the client library reads it and does not change it
  private final byte[] bytes = ("IM." + name()).getBytes(StandardCharsets.US_ASCII);

  private final boolean repeatable;

  ImCommand(boolean repeatable) {
    this.repeatable = repeatable;
  }

  /**
   * Whether it may be sent a second time where a connection was lost before its reply came: nothing
   * is there twice then, and the reply is the same.
   */
  boolean isRepeatable() {
    return repeatable;
  }

  @Override
  public byte[] getBytes() {
    return bytes;
  }
}
