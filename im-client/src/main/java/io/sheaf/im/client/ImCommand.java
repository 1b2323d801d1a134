package io.sheaf.im.client;

import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;

/** The commands of the server, as Lettuce sends them. */
@SuppressWarnings("deprecation") // Lettuce deprecates name(), which each enum has
enum ImCommand implements ProtocolKeyword {
  ACK,
  ADDDEVICE,
  APPEND,
  CLEAR,
  CONVERSATIONS,
  CREATE,
  DELETE,
  DEVICES,
  DROP,
  EDIT,
  HISTORY,
  INFO,
  JOIN,
  LEAVE,
  MARK,
  MEMBERS,
  MENTIONS,
  MESSAGE,
  PURGE,
  REACT,
  REACTIONS,
  READ,
  RECALL,
  RECEIPT,
  REMOVEDEVICE,
  SEND,
  SETTINGS,
  SUBSCRIBE,
  SYNC,
  UNREAD,
  UNSUBSCRIBE;

  @SuppressWarnings("ImmutableEnumChecker") // the client library reads it and does not change it
  private final byte[] bytes = ("IM." + name()).getBytes(StandardCharsets.US_ASCII);

  @Override
  public byte[] getBytes() {
    return bytes;
  }
}
