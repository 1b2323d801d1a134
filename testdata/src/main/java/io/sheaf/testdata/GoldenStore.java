package io.sheaf.testdata;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A small store as some version of the program left it, byte for byte, with the rows that are in
 * it: what every later version must read. Kept as resources, never written again once that format
 * is released.
 *
 * <pre>
 * golden/v1/tiny.txt        what is in the store, lines of:
 *   # ...                     a comment
 *   time MILLIS               the time to read it at, since the epoch
 *   file NAME                 a file of the store
 *   table NAME                a table; the rows behind it are its rows
 *   row KEY VALUE             both in hexadecimal; "-" for no bytes
 * golden/v1/tiny/NAME       the files
 * </pre>
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class GoldenStore {
  /** The golden stores there are: format version and name. */
  public static final List<String> NAMES =
      List.of(
          "v1/tiny",
          "v1/mixed",
          "v1/streamed",
          "v2/tiny",
          "v2/mixed",
          "v2/streamed",
          "v2/ingested");

  private final String name;
  private final List<String> files = new ArrayList<>();
  private final SortedMap<String, NavigableMap<byte[], byte[]>> tables = new TreeMap<>();
  private long timeMillis;

  private GoldenStore(String name) {
    this.name = name;
  }

  /**
   * The golden store of this name.
   *
   * @throws IOException when there is none
   */
  public static GoldenStore of(String name) throws IOException {
    GoldenStore store = new GoldenStore(name);
    try (InputStream in = open(name + ".txt");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      NavigableMap<byte[], byte[]> rows = noRows();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
          case "#" -> {}
          case "time" -> store.timeMillis = Long.parseLong(words[1]);
          case "file" -> store.files.add(words[1]);
          case "table" -> {
            rows = noRows();
            store.tables.put(words[1], rows);
          }
          case "row" -> rows.put(bytes(words[1]), bytes(words[2]));
          default -> throw new IOException("golden store " + name + ": line '" + line + "'");
        }
      }
    }
    return store;
  }

  private static InputStream open(String path) throws IOException {
    InputStream in = GoldenStore.class.getResourceAsStream("/golden/" + path);
    if (in == null) {
      throw new FileNotFoundException("no resource golden/" + path);
    }
    return in;
  }

  private static NavigableMap<byte[], byte[]> noRows() {
    return new TreeMap<>(Arrays::compareUnsigned);
  }

  private static byte[] bytes(String text) {
    return text.equals("-") ? new byte[0] : HexFormat.of().parseHex(text);
  }

  /** Format version and name. */
  public String name() {
    return name;
  }

  /** The time to read the store at, in milliseconds since the epoch: some rows have expired. */
  public long timeMillis() {
    return timeMillis;
  }

  /** Names of the store's files. */
  public List<String> files() {
    return Collections.unmodifiableList(files);
  }

  /** All bytes of one of the {@link #files}. */
  public byte[] content(String file) throws IOException {
    try (InputStream in = open(name + "/" + file)) {
      return in.readAllBytes();
    }
  }

  /** The rows of each table, in key order (unsigned bytes). */
  public SortedMap<String, NavigableMap<byte[], byte[]>> tables() {
    return Collections.unmodifiableSortedMap(tables);
  }

  @Override
  public String toString() {
    return "golden store " + name;
  }
}
