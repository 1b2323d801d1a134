package io.sheaf.im.index;

import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;
import io.sheaf.lsm.coding.Slice;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the keys under which an index finds a row. A row of a user's own has entries for that
 * user only: those of others would go when one of several rows that give them does.
 */
final class IndexEntries implements IndexDefinition.Entries {
  private final IndexDefinition definition;
  private final IndexedRow row;
  private final Set<Slice> keys = new LinkedHashSet<>();

  private IndexEntries(IndexDefinition definition, IndexedRow row) {
    this.definition = definition;
    this.row = row;
  }

  /** The keys of {@code row}; none where there is no row. */
  static Set<Slice> of(IndexDefinition definition, @Nullable IndexedRow row) {
    if (row == null) {
      return Set.of();
    }
    IndexEntries entries = new IndexEntries(definition, row);
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
    if (row.owner().isPresent() && !owner.equals(IndexOwner.of(row.owner().get()))) {
      throw new IllegalArgumentException(
          "the index '"
              + definition.name()
              + "' is of what users have of their own: a row of '"
              + row.owner().get()
              + "' can be found for that user, not for the "
              + owner.kind().name().toLowerCase(Locale.ROOT)
              + " '"
              + owner.id()
              + "'");
    }
    keys.add(Slice.of(new IndexKey(owner, value, row.id(), row.conversation()).encode()));
  }
}
