package io.sheaf.cli.inspect;

import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.Report;
import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.StoreId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file of a store.
 *
 * @param kind what its name says it is
 * @param number the number in its name
 */
record StoredFile(Path path, FileKind kind, long number) {
  private static final String STREAM = "stream";

  /** Its name without the directory. */
  String name() {
    return String.valueOf(path.getFileName());
  }

  /** The directory it lies in. */
  Path directory() {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? Path.of("") : parent;
  }

  /** Shows its name, length and first bytes. */
  void header(FileSystem fileSystem, Report report, Findings findings) throws IOException {
    report.field("file", name());
    try (ReadableFile file = fileSystem.open(path)) {
      long sizeBytes = file.size();
      report.field("sizeBytes", sizeBytes);
      ByteBuffer bytes = ByteBuffer.allocate(FileHeader.BYTES);
      if (file.read(bytes, 0) < FileHeader.BYTES) {
        findings.add(
            new Finding(name(), 0, "has no header: it ends after " + sizeBytes + " bytes", null));
        return;
      }
      FileHeader.Fields header = FileHeader.Fields.of(bytes.flip());
      report.field(
          "header",
          Fields.of(
              "magic", header.magic() ? "right" : "wrong",
              "formatVersion", header.version(),
              "kind", header.kind(),
              "fileNumber", header.fileNumber(),
              "store", StoreId.hex(header.storeId()),
              "checksum", header.checksumRight() ? "right" : "wrong"));
      try {
        FileHeader.check(path.toString(), bytes, kind, number);
      } catch (IOException e) {
        findings.add(name(), e, null);
      }
    }
  }

  /** Name of the codec of this code. */
  static String codec(int code) {
    for (Codec codec : Codec.values()) {
      if (codec.code() == code) {
        return codec.name().toLowerCase(Locale.ROOT);
      }
    }
    return code == Codec.values().length ? STREAM : "unknown (" + code + ")";
  }
}
