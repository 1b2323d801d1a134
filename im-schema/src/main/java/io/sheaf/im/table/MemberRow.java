package io.sheaf.im.table;

import io.sheaf.im.id.MessageId;
import io.sheaf.lsm.coding.Slice;
import java.io.IOException;
import java.util.Optional;

/**
 * A member: a row of table {@code conversation_member}.
 *
 * <pre>
 * value := 1 flags role joined before beforeSequence entry?
 *
 * flags  := byte: 1 the entry stands here, as the account has a huge list
 * role   := byte
 * joined := varint: milliseconds since 1970
 * before := 8 bytes: the last message before the member joined
 * beforeSequence := varint: its number
 * entry  := as in EntryRow, without its format
 * </pre>
 *
 * @param entry the entry, where it stands here
 */
public record MemberRow(
    int role, long joinedMillis, MessageId before, long beforeSequence, Optional<EntryRow> entry) {
  private static final int FORMAT = 1;
  private static final int HAS_ENTRY = 1;

  /** The same with another entry. */
  public MemberRow withEntry(EntryRow changed) {
    return new MemberRow(role, joinedMillis, before, beforeSequence, Optional.of(changed));
  }

  /** Its bytes. */
  public byte[] encode() {
    RowWriter writer =
        new RowWriter(FORMAT)
            .writeByte(entry.isPresent() ? HAS_ENTRY : 0)
            .writeByte(role)
            .varint(joinedMillis)
            .messageId(before)
            .varint(beforeSequence);
    entry.ifPresent(present -> present.write(writer));
    return writer.toByteArray();
  }

  /** What a value means. */
  public static MemberRow decode(Slice key, Slice value) throws IOException {
    return RowReader.read(
        "member",
        key,
        value,
        FORMAT,
        row -> {
          int flags = row.readByte();
          return new MemberRow(
              row.readByte(),
              row.varint(),
              row.messageId(),
              row.varint(),
              (flags & HAS_ENTRY) == 0 ? Optional.empty() : Optional.of(EntryRow.read(row)));
        });
  }
}
