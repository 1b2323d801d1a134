package io.sheaf.im.index;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.Slice;
import java.util.Arrays;

/**
 * The keys of an index. Its rows have no value: they say where the message is.
 *
 * <pre>
 * key := owner value message conversation
 *
 * owner        := id of the user or the conversation whose rows these are: the group
 * value        := id: by what the message is found
 * message      := 8 bytes: its id
 * conversation := id of its conversation
 * </pre>
 *
 * <p>So what a user or a conversation has of one value stands together, oldest first.
 */
record IndexKey(Id owner, Id value, MessageId message, ConversationId conversation) {
  static byte[] prefix(Id owner, Id value) {
    byte[] key = Arrays.copyOf(owner.encoded(), owner.encoded().length + value.encoded().length);
    System.arraycopy(value.encoded(), 0, key, owner.encoded().length, value.encoded().length);
    return key;
  }

  byte[] encode() {
    byte[] prefix = prefix(owner, value);
    byte[] last = conversation.id().encoded();
    byte[] key = Arrays.copyOf(prefix, prefix.length + Long.BYTES + last.length);
    for (int i = 0; i < Long.BYTES; i++) {
      key[prefix.length + i] = (byte) (message.value() >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
    System.arraycopy(last, 0, key, prefix.length + Long.BYTES, last.length);
    return key;
  }

  static IndexKey decode(Slice key) {
    ByteReader reader = ByteReader.of(key);
    Id owner = Id.read(reader);
    Id value = Id.read(reader);
    MessageId message = new MessageId(Long.reverseBytes(reader.readLong()));
    return new IndexKey(owner, value, message, new ConversationId(Id.read(reader)));
  }
}
