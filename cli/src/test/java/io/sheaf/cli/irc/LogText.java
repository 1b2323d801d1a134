package io.sheaf.cli.irc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Logs that tests write. */
final class LogText {
  private LogText() {}

  static Path write(Path file, String... lines) throws IOException {
    return Files.write(
        file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Packs files into an archive, with a directory before them. */
  static Path archive(Path archive, List<Path> files) throws IOException {
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
      out.write(tar("logs/", '5', new byte[0]));
      for (Path file : files) {
        out.write(tar("logs/" + file.getFileName(), '0', Files.readAllBytes(file)));
      }
      out.write(new byte[1024]);
    }
    return archive;
  }

  /** A file as it stands in a tar archive. */
  static byte[] tar(String name, char type, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 124, String.format(Locale.ROOT, "%011o", content.length));
    header[156] = (byte) type;
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header);
    out.writeBytes(content);
    out.writeBytes(new byte[Math.floorMod(-content.length, 512)]);
    return out.toByteArray();
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
