package io.sheaf.server.keyspace;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.util.List;

/**
 * The tables of the key space. Numbers in keys are big-endian.
 *
 * <pre>
 * key           place(8) key                 → {@link KeyRowFormat}
 * key_value     place(8) key                 → the same, of strings with large values
 * key_expiry    time(8) key                  → nothing; may outlive what it says
 * key_count     row(2) | "n"                 → see {@link KeyCounts} | numbers of streams given out (8)
 * stream_entry  stream(8), id(16)            → fields and values, see {@code StreamEntry}
 * stream_group  stream(8), rest              → see {@code GroupRows}
 * </pre>
 *
 * @param keys all keys, with what is known of them
 * @param values strings with large values, which the rows of their keys do not have
 * @param expiry which keys expire when
 * @param counts how many keys there are
 * @param entries entries of streams: a stream is a group of the engine
 * @param groups consumer groups, their consumers, and what waits for an acknowledgement
 */
public record KeyTables(
    Table keys, Table values, Table expiry, Table counts, Table entries, Table groups) {
  static KeyTables open(Db db) throws IOException {
    TableOptions whole = TableOptions.DEFAULT;
    TableOptions byPlace = TableOptions.DEFAULT.withPrefix(new FixedPrefix(KeyPlace.BYTES));
    TableOptions byStream = TableOptions.DEFAULT.withPrefix(new FixedPrefix(Long.BYTES));
    return new KeyTables(
        db.openTable("key", byPlace),
        db.openTable("key_value", byPlace),
        db.openTable("key_expiry", whole),
        db.openTable("key_count", whole),
        db.openTable("stream_entry", byStream),
        db.openTable("stream_group", byStream));
  }

  /** Those whose rows belong to a key: without keys, they are empty. */
  List<Table> ofKeys() {
    return List.of(keys, values, expiry, entries, groups);
  }
}
