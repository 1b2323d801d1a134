package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.ByteReader;
import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Compression;
import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.PrefixExtractor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A table as files keep it: the manifest, and each SSTable as of its writing, so that a lost
 * manifest can be rebuilt. The prefix rule stands there by its name, which this program may not
 * know.
 *
 * <pre>
 * table   := id name options
 * options := prefixName separationBytes valueBlockBytes keyBlockBytes
 *            codec level codec level dictionaryBytes ttlMillis       the second pair: bottom
 * </pre>
 *
 * <p>Codecs are one byte; names (UTF-8) stand behind their length; all other numbers are varints.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param id number of the table
 * @param name its name
 * @param prefixRule {@link PrefixExtractor#name()} of its prefix rule
 * @param options all but the prefix rule, which is {@link PrefixExtractor#WHOLE_KEY} here
 */
public record StoredTable(int id, String name, String prefixRule, TableOptions options) {
  /** What files keep of {@code table}. */
  public static StoredTable of(TableDescriptor table) {
    return new StoredTable(
        table.id(),
        table.name(),
        table.options().prefix().name(),
        table.options().withPrefix(PrefixExtractor.WHOLE_KEY));
  }

  /**
   * The table with its prefix rule.
   *
   * @throws IOException when the rule is not known
   */
  public TableDescriptor resolve(PrefixResolver prefixes) throws IOException {
    PrefixExtractor prefix = prefixes.resolve(prefixRule);
    if (prefix == null) {
      throw new IOException(
          "table '"
              + name
              + "' splits its keys by the rule '"
              + prefixRule
              + "', which is not known here; open the store with a PrefixResolver that knows it");
    }
    return new TableDescriptor(id, name, options.withPrefix(prefix));
  }

  /** Appends the stored form. */
  public void append(GrowableBuffer target) {
    target.putVarint(id);
    target.putLengthPrefixed(Slice.utf8(name));
    target.putLengthPrefixed(Slice.utf8(prefixRule));
    target.putVarint(options.separationBytes());
    target.putVarint(options.valueBlockBytes());
    target.putVarint(options.keyBlockBytes());
    append(options.compression(), target);
    append(options.bottomCompression(), target);
    target.putVarint(options.dictionaryBytes());
    target.putVarint(options.ttlMillis());
  }

  private static void append(Compression compression, GrowableBuffer target) {
    target.putByte(compression.codec().code());
    target.putVarint(compression.level());
  }

  /**
   * Reads the stored form. What it returns owns its bytes.
   *
   * @throws MalformedException when the bytes are none
   * @throws IllegalArgumentException when an option is none
   */
  public static StoredTable read(ByteReader source) {
    return new StoredTable(
        number(source),
        text(source),
        text(source),
        new TableOptions(
            PrefixExtractor.WHOLE_KEY,
            number(source),
            number(source),
            number(source),
            compression(source),
            compression(source),
            number(source),
            source.readVarint()));
  }

  private static Compression compression(ByteReader source) {
    int code = source.readByte();
    Codec codec =
        switch (code) {
          case 0 -> Codec.NONE;
          case 1 -> Codec.LZ4;
          case 2 -> Codec.ZSTD;
          default -> throw new MalformedException("no codec has the code " + code);
        };
    return new Compression(codec, number(source));
  }

  private static int number(ByteReader source) {
    return source.readCount(Integer.MAX_VALUE);
  }

  private static String text(ByteReader source) {
    return new String(source.readLengthPrefixed(), StandardCharsets.UTF_8);
  }
}
