package io.sheaf.lsm.version;

import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The file CURRENT, which names the manifest in use. Two lines of ASCII, each ended by a line feed,
 * and nothing else:
 *
 * <pre>
 * 000005.manifest
 * crc32c 1a2b3c4d         CRC-32C of (manifest number, offset 0) and the first line with its end,
 *                         eight hexadecimal digits
 * </pre>
 *
 * <p>It is replaced by renaming: at any moment it names the old manifest or the new one.
 *
 * <p><b>Thread safety.</b> Stateless; one writer at a time for each directory.
 */
public final class CurrentFile {
  private static final int LONGEST_BYTES = 256;

  private CurrentFile() {}

  /**
   * Number of the manifest in use in {@code directory}.
   *
   * @throws CorruptionException when CURRENT is not what {@link #replace} wrote
   */
  public static long read(FileSystem fileSystem, Path directory) throws IOException {
    Path path = directory.resolve(FileNames.CURRENT);
    try (ReadableFile file = fileSystem.open(path)) {
      long size = file.size();
      if (size > LONGEST_BYTES) {
        throw damaged(path, "two short lines", size + " bytes");
      }
      byte[] bytes = new byte[(int) size];
      int count = file.read(ByteBuffer.wrap(bytes), 0);
      String found = new String(bytes, 0, Math.max(count, 0), StandardCharsets.ISO_8859_1);
      String firstLine = found.lines().findFirst().orElse("");
      Optional<FileNames.Numbered> named = FileNames.parse(firstLine);
      if (named.isEmpty() || named.get().kind() != FileKind.MANIFEST) {
        throw damaged(path, "the name of a manifest", "'" + printable(firstLine) + "'");
      }
      String expected = content(named.get().number());
      if (!found.equals(expected)) {
        throw damaged(path, printable(expected), printable(found));
      }
      return named.get().number();
    }
  }

  /**
   * Makes {@code manifest} the manifest in use, durably. Its content must be durable already; its
   * name is made so here. When this throws, whether it is in use is not known.
   */
  static void replace(FileSystem fileSystem, Path directory, long manifest) throws IOException {
    Path next = directory.resolve(FileNames.NEXT_CURRENT);
    if (fileSystem.exists(next)) {
      fileSystem.delete(next);
    }
    try (WritableFile file = fileSystem.create(next)) {
      file.write(ByteBuffer.wrap(content(manifest).getBytes(StandardCharsets.US_ASCII)));
      file.sync();
    }
    fileSystem.syncDirectory(directory);
    fileSystem.rename(next, directory.resolve(FileNames.CURRENT));
    fileSystem.syncDirectory(directory);
  }

  private static String content(long manifest) {
    String line = FileNames.of(FileKind.MANIFEST, manifest) + "\n";
    byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
    int checksum = new Crc32c().begin(manifest, 0).update(bytes, 0, bytes.length).value();
    return line + "crc32c " + HexFormat.of().toHexDigits(checksum) + "\n";
  }

  private static CorruptionException damaged(Path path, String expected, String found) {
    return new CorruptionException(
        path.toString(), 0, expected, found + CorruptionException.HOW_TO_GO_ON);
  }

  private static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.chars()
        .limit(LONGEST_BYTES)
        .forEach(c -> shown.append(c >= ' ' && c < 0x7F ? (char) c : c == '\n' ? '|' : '?'));
    return shown.toString();
  }
}
