package io.sheaf.im.index;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.table.Keys;
import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import java.util.Arrays;

/**
 * The keys of an index. Its rows have no value: they say where the message is.
 *
 * <pre>
 * key := owner kind value message conversation
 *
 * owner        := id of the user or the conversation whose rows these are: the group
 * kind         := byte: 1: owner is a user; 2: a conversation
 * value        := id: by what the message is found
 * message      := 8 bytes: its id
 * conversation := id of its conversation
 * </pre>
 *
 * <p>So what a user or a conversation has of one value stands together, oldest first.
 */
record IndexKey(IndexOwner owner, Id value, MessageId message, ConversationId conversation) {
  /** What all keys of {@code owner} begin with. */
  static byte[] prefix(IndexOwner owner) {
    byte[] id = owner.id().encoded();
    byte[] prefix = Arrays.copyOf(id, id.length + 1);
    prefix[id.length] = owner.kind().code();
    return prefix;
  }

  /** What all keys of {@code owner} with {@code value} begin with. */
  static byte[] prefix(IndexOwner owner, Id value) {
    return join(prefix(owner), value.encoded());
  }

  /** The first key that is not before {@code place} on pages that show the newest first. */
  static byte[] end(IndexOwner owner, Id value, MessagePlace place) {
    byte[] end = Keys.of(prefix(owner, value), place.id().value());
    return place.conversation().map(last -> join(end, last.id().encoded())).orElse(end);
  }

  byte[] encode() {
    return join(Keys.of(prefix(owner, value), message.value()), conversation.id().encoded());
  }

  static IndexKey decode(Slice key) {
    ByteReader reader = ByteReader.of(key);
    Id id = Id.read(reader);
    IndexOwner owner = new IndexOwner(IndexOwner.Kind.of(reader.readByte()), id);
    Id value = Id.read(reader);
    MessageId message = new MessageId(Long.reverseBytes(reader.readLong()));
    return new IndexKey(owner, value, message, new ConversationId(Id.read(reader)));
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
