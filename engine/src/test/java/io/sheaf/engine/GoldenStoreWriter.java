package io.sheaf.engine;

import io.sheaf.compaction.CompactionScheduler;
import io.sheaf.grouping.DelimitedPrefix;
import io.sheaf.grouping.FixedPrefix;
import io.sheaf.grouping.LengthPrefixed;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.compact.NoCompaction;
import io.sheaf.lsm.io.DiskFileSystem;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.version.TableOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes the golden stores of the format that this program writes. To be run once for each format
 * version, with the resources' directory of that version to write to:
 *
 * <pre>
 * ./sheaf mvn -pl engine -am test -Dtest=GoldenStoreWriter -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dsheaf.golden.write=$PWD/testdata/src/main/resources/golden/v2
 * </pre>
 *
 * <p>Rows, times and file numbers are the same each time, and so are the bytes of {@code tiny};
 * those of {@code mixed} and {@code streamed} also depend on the versions of the codecs.
 */
@EnabledIfSystemProperty(named = "sheaf.golden.write", matches = ".+")
final class GoldenStoreWriter {
  private static final long HOUR_MILLIS = 3_600_000;
  private static final int USERS = 8;
  private static final int MESSAGES = 40;

  @Test
  void writeTiny() throws Exception {
    Path directory = emptied("tiny");
    write("tiny", tiny(new DiskFileSystem(), directory), directory);
  }

  @Test
  void writeMixed() throws Exception {
    Path directory = emptied("mixed");
    write("mixed", mixed(new DiskFileSystem(), directory), directory);
  }

  @Test
  void writeStreamed() throws Exception {
    Path directory = emptied("streamed");
    write("streamed", streamed(new DiskFileSystem(), directory), directory);
  }

  @Test
  void writeIngested() throws Exception {
    Path directory = emptied("ingested");
    write("ingested", ingested(new DiskFileSystem(), directory), directory);
  }

  private static Path target() {
    return Path.of(System.getProperty("sheaf.golden.write", ""));
  }

  private static Path emptied(String name) throws IOException {
    Path directory = target().resolve(name);
    FileSystem files = new DiskFileSystem();
    files.createDirectories(directory);
    for (String file : files.list(directory)) {
      files.delete(directory.resolve(file));
    }
    return directory;
  }

  private static void write(String name, String description, Path directory) throws IOException {
    Files.delete(directory.resolve(FileNames.LOCK)); // holds the number of this process
    Files.writeString(target().resolve(name + ".txt"), description);
  }

  /** One table with a separated group, an inline row and a delete, and a log: few, plain bytes. */
  static String tiny(FileSystem files, Path directory) throws Exception {
    GoldenStoreDraft draft =
        new GoldenStoreDraft(files, directory, Compression.LZ4, NoCompaction::new);
    try (draft) {
      draft.table(
          "chat",
          TableOptions.DEFAULT
              .withPrefix(new FixedPrefix(4))
              .withSeparationBytes(24)
              .withBlockBytes(1 << 10, 1 << 10)
              .withCompression(Compression.NONE, Compression.NONE)
              .withDictionaryBytes(TableOptions.NO_DICTIONARY));
      draft
          .changes()
          .put("chat", key("anna", 1), text("Hello Bert"))
          .put("chat", key("anna", 2), text("How are you?"))
          .put("chat", key("anna", 3), text("See you at eight."))
          .put("chat", key("bert", 1), text("Hi"))
          .delete("chat", key("carl", 1))
          .write();
      draft.flush();
      draft.passTime(1000);
      draft
          .changes()
          .put("chat", key("anna", 4), text("Bye"))
          .delete("chat", key("anna", 2))
          .deleteRange("chat", text("carl"), text("dora"))
          .write();
    }
    return draft.description();
  }

  /** Files that were ingested between writes, separated and inline, in a table that expires too. */
  static String ingested(FileSystem files, Path directory) throws Exception {
    GoldenStoreDraft draft =
        new GoldenStoreDraft(files, directory, Compression.LZ4, NoCompaction::new);
    try (draft) {
      TableOptions options =
          TableOptions.DEFAULT
              .withPrefix(new FixedPrefix(4))
              .withSeparationBytes(200)
              .withBlockBytes(1 << 10, 1 << 10)
              .withDictionaryBytes(TableOptions.NO_DICTIONARY);
      draft.table("history", options);
      draft.table("queue", options.withTtlMillis(100_000L * HOUR_MILLIS));
      draft
          .changes()
          .put("history", key("anna", 1), text("Hello Bert"))
          .put("queue", key("anna", 1), text("an event"))
          .write();
      draft.passTime(1000);
      for (String table : List.of("history", "queue")) {
        NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 2; i < MESSAGES; i++) {
          rows.put(key("anna", i), text("message " + i));
        }
        rows.put(key("bert", 1), text("alone"));
        draft.ingest(table, rows);
      }
      draft.passTime(1000);
      draft
          .changes()
          .put("history", key("anna", 5), text("written later"))
          .delete("history", key("anna", 7))
          .deleteRange("queue", key("anna", 3), key("anna", 6))
          .write();
      draft.flush();
      draft.changes().put("queue", key("bert", 1), text("in the log")).write();
    }
    return draft.description();
  }

  /** Everything that a store can hold, in little room. */
  static String mixed(FileSystem files, Path directory) throws Exception {
    GoldenStoreDraft draft =
        new GoldenStoreDraft(files, directory, Compression.LZ4, CompactionScheduler::new);
    try (draft) {
      writeMergedMessages(draft);
      draft.reopen(NoCompaction::new); // from here on runs pile up
      writeOtherTables(draft);
      for (int round = 1; round <= 2; round++) {
        draft.passTime(HOUR_MILLIS / 2);
        update(draft, round);
        draft.flush();
      }
      draft.drop("dropped");
      draft.passTime(HOUR_MILLIS / 4); // the first rows of "presence" have expired
      update(draft, 3); // stays in the log
    }
    return draft.description();
  }

  /** Little but a log, whose records are pieces of a stream, a short one between them. */
  static String streamed(FileSystem files, Path directory) throws Exception {
    GoldenStoreDraft draft =
        new GoldenStoreDraft(files, directory, Compression.zstd(1), NoCompaction::new);
    try (draft) {
      draft.table("chat", TableOptions.DEFAULT.withPrefix(new FixedPrefix(8)));
      draft.changes().put("chat", key("user0000", 1000), text("flushed")).write();
      draft.flush();
      Random random = new Random(7);
      for (int record = 0; record < 12; record++) {
        draft.passTime(1000);
        GoldenStoreDraft.Changes changes = draft.changes();
        for (int row = record % 4 == 1 ? 7 : 0; row < 8; row++) {
          changes.put("chat", key("user000" + row, record), message(random));
        }
        changes.delete("chat", key("user0000", record - 1));
        if (record == 5) {
          byte[] incompressible = new byte[3000];
          random.nextBytes(incompressible);
          changes.put("chat", key("user0009", record), incompressible);
        }
        changes.write();
      }
    }
    return draft.description();
  }

  /** A merged run with a dictionary, whose value file holds values that nothing refers to. */
  private static void writeMergedMessages(GoldenStoreDraft draft) throws Exception {
    draft.table(
        "messages",
        TableOptions.DEFAULT
            .withPrefix(new FixedPrefix(8))
            .withSeparationBytes(512)
            .withBlockBytes(1 << 10, 1 << 10)
            .withCompression(Compression.zstd(1), Compression.zstd(3))
            .withDictionaryBytes(256));
    Random random = new Random(1);
    for (int message = 0; message < MESSAGES; message++) {
      GoldenStoreDraft.Changes changes = draft.changes();
      for (int user = 0; user < USERS; user++) {
        changes.put("messages", key("user000" + user, message), message(random));
      }
      changes.put("messages", key("single" + (10 + message), 1), message(random));
      changes.write();
    }
    draft.flush();
    GoldenStoreDraft.Changes changes = draft.changes();
    for (int user = 0; user < USERS; user++) {
      changes.delete("messages", key("user000" + user, 3));
      changes.delete("messages", key("user000" + user, 30));
    }
    changes.put("messages", key("single11", 1), message(random));
    changes.write();
    draft.merge();
  }

  private static void writeOtherTables(GoldenStoreDraft draft) throws Exception {
    draft.table(
        "inbox",
        TableOptions.DEFAULT
            .withPrefix(new DelimitedPrefix((byte) ':'))
            .withSeparationBytes(256)
            .withBlockBytes(1 << 10, 1 << 10)
            .withCompression(Compression.LZ4, Compression.LZ4));
    draft.table(
        "presence",
        TableOptions.DEFAULT
            .withPrefix(new LengthPrefixed(1))
            .withSeparationBytes(256)
            .withBlockBytes(1 << 10, 1 << 10)
            .withCompression(Compression.LZ4, Compression.zstd(1))
            .withTtlMillis(HOUR_MILLIS));
    draft.table(
        "settings",
        TableOptions.DEFAULT
            .withSeparationBytes(TableOptions.NEVER_SEPARATE)
            .withBlockBytes(1 << 10, 1 << 10)
            .withCompression(Compression.NONE, Compression.NONE));
    draft.table("dropped", TableOptions.DEFAULT);
    update(draft, 0);
    draft.flush();
  }

  /** New rows, updates, deletes and range deletes in every table. */
  private static void update(GoldenStoreDraft draft, int round) throws IOException {
    Random random = new Random(100 + round);
    GoldenStoreDraft.Changes changes = draft.changes();
    for (int i = 0; i < 30; i++) {
      int id = 20 * round + i; // the last ten are updated by the next round
      changes.put("messages", key("user000" + i % 3, MESSAGES + id), message(random));
      changes.put("inbox", text((i % 4 == 0 ? "anna:" : "bert:") + (1000 + id)), message(random));
      changes.put("presence", key("\u0003abc", id), message(random));
      changes.put("presence", text("\u0004dora" + "x".repeat(i % 5) + id), text("on"));
      changes.put("settings", text("setting-" + id), i % 7 == 0 ? text("") : message(random));
    }
    changes.put("inbox", text("anna"), text("no suffix"));
    changes.put("settings", text("long"), text("0123456789abcdef".repeat(100 + round)));
    changes.delete("messages", key("user0005", 10 * round));
    changes.delete("inbox", text("bert:" + (1000 + 20 * round + 1)));
    changes.delete("settings", text("never there " + round));
    changes.deleteRange("messages", key("user0007", 10 * round), key("user0007", 10 * round + 5));
    changes.deleteRange("inbox", text("anna:1" + round), text("anna:1" + round + "5"));
    changes.deleteRange("presence", key("\u0003abc", 4), key("\u0003abc", 6));
    if (round < 3) {
      changes.put("dropped", text("key " + round), text("value"));
    }
    changes.write();
  }

  private static byte[] message(Random random) {
    StringBuilder text = new StringBuilder("{\"sender\":\"user");
    text.append(1000 + random.nextInt(9000)).append("\",\"text\":\"");
    for (int i = 5 + random.nextInt(20); i > 0; i--) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text(text.append("\"}").toString());
  }

  private static byte[] key(String prefix, int id) {
    byte[] bytes = text(prefix);
    return ByteBuffer.allocate(bytes.length + Long.BYTES).put(bytes).putLong(id).array();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
