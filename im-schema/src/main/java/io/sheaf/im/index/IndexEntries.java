package io.sheaf.im.index;

import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;
import io.sheaf.lsm.coding.Slice;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the keys under which an index finds a row. */
final class IndexEntries implements IndexDefinition.Entries {
  private final IndexedRow row;
  private final Set<Slice> keys = new LinkedHashSet<>();

  private IndexEntries(IndexedRow row) {
    this.row = row;
  }

  /** The keys of {@code row}; none where there is no row. */
  static Set<Slice> of(IndexDefinition definition, @Nullable IndexedRow row) {
    if (row == null) {
      return Set.of();
    }
    IndexEntries entries = new IndexEntries(row);
    definition.extractor().extract(row, entries);
    return entries.keys;
  }

  @Override
  public void ofUser(UserId user, Id value) {
    add(IndexOwner.of(user), value);
  }

  @Override
  public void ofConversation(Id value) {
    add(IndexOwner.of(row.conversation()), value);
  }

  private void add(IndexOwner owner, Id value) {
    keys.add(Slice.of(new IndexKey(owner, value, row.id(), row.conversation()).encode()));
  }
}
