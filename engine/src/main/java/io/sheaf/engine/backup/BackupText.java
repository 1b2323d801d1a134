package io.sheaf.engine.backup;

import io.sheaf.engine.backup.Backup.BackupFile;
import io.sheaf.lsm.coding.Crc32c;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The stored form of a backup: lines of UTF-8, each ended by a line feed.
 *
 * <pre>
 * sheaf-backup 1
 * id 7
 * time 1700000000000
 * sequence 12345
 * store /data/messages
 * file 000005.sst 437 SHA-256 IDENTITY       a line each; "-": no identity
 * crc32c 1a2b3c4d                            of (id, offset 0) and all lines before
 * </pre>
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class BackupText {
  private static final String FIRST = "sheaf-backup 1\n";
  private static final String CHECKSUM = "crc32c ";
  private static final String NO_IDENTITY = "-";
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
  private static final int CHECKSUM_LINE_BYTES = CHECKSUM.length() + 9;

  private BackupText() {}

  static byte[] encode(Backup backup) {
    StringBuilder text = new StringBuilder(FIRST);
    text.append("id ").append(backup.id()).append('\n');
    text.append("time ").append(backup.timeMillis()).append('\n');
    text.append("sequence ").append(backup.lastSequence()).append('\n');
    text.append("store ").append(backup.store().replaceAll("\\R", "?")).append('\n');
    for (BackupFile file : backup.files()) {
      text.append("file ").append(file.name()).append(' ').append(file.sizeBytes()).append(' ');
      text.append(file.checksum()).append(' ');
      text.append(file.identity().isEmpty() ? NO_IDENTITY : file.identity()).append('\n');
    }
    byte[] lines = text.toString().getBytes(StandardCharsets.UTF_8);
    return text.append(checksum(backup.id(), lines, lines.length))
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String checksum(long id, byte[] bytes, int length) {
    int value = new Crc32c().begin(id, 0).update(bytes, 0, length).value();
    return CHECKSUM + HexFormat.of().toHexDigits(value) + "\n";
  }

  /**
   * What {@link #encode} made of backup {@code id}.
   *
   * @param file name of the file, for errors
   */
  static Backup decode(String file, long id, byte[] bytes) throws CorruptionException {
    int length = bytes.length - CHECKSUM_LINE_BYTES;
    String found =
        length < 0 ? "" : new String(bytes, length, CHECKSUM_LINE_BYTES, StandardCharsets.US_ASCII);
    if (length < 0 || !found.equals(checksum(id, bytes, length))) {
      throw new CorruptionException(
          file, Math.max(0, length), "the checksum of a whole backup record", "another");
    }
    String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
    if (!text.startsWith(FIRST)) {
      throw new CorruptionException(
          file,
          0,
          "a backup record that this program reads: " + FIRST.strip(),
          "'" + text.lines().findFirst().orElse("") + "'");
    }
    Draft draft = new Draft();
    try {
      text.lines().skip(1).forEach(draft);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new CorruptionException(file, 0, "lines of a backup record", "" + e.getMessage());
    }
    return new Backup(id, draft.timeMillis, draft.store, draft.lastSequence, draft.files);
  }

  /** What was read so far. */
  private static final class Draft implements Consumer<String> {
    private final List<BackupFile> files = new ArrayList<>();
    private long timeMillis;
    private long lastSequence;
    private String store = "";

    @Override
    public void accept(String line) {
      int space = line.indexOf(' ');
      String rest = line.substring(space + 1);
      switch (line.substring(0, space)) {
        case "id" -> {} // the checksum binds it
        case "time" -> timeMillis = Long.parseLong(rest);
        case "sequence" -> lastSequence = Long.parseLong(rest);
        case "store" -> store = rest;
        case "file" -> files.add(file(rest.split(" ", -1)));
        default -> throw new IllegalArgumentException("'" + line + "'");
      }
    }

    private static BackupFile file(String[] words) {
      String name = words[0];
      if (!name.equals(FileNames.CURRENT) && FileNames.parse(name).isEmpty()) {
        throw new IllegalArgumentException("'" + name + "', which is no file of a store");
      }
      if (!SHA_256.matcher(words[2]).matches()) {
        throw new IllegalArgumentException("'" + words[2] + "', which is no SHA-256");
      }
      return new BackupFile(
          name, Long.parseLong(words[1]), words[2], words[3].equals(NO_IDENTITY) ? "" : words[3]);
    }
  }
}
