package io.sheaf.testdata;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Walks over the plain files of a tar stream: headers of 512 bytes, contents padded to 512. */
final class TarEntries {
  private static final int BLOCK_BYTES = 512;

  private final InputStream in;
  private final byte[] header = new byte[BLOCK_BYTES];
  private byte[] content = {};

  TarEntries(InputStream in) {
    this.in = in;
  }

  /** Goes on to the next file; false at the end. */
  boolean next() throws IOException {
    do {
      if (in.readNBytes(header, 0, BLOCK_BYTES) < BLOCK_BYTES || header[0] == 0) {
        return false;
      }
      int sizeBytes = Integer.parseInt(field(124, 12).strip(), 8);
      content = in.readNBytes(sizeBytes);
      in.skipNBytes(Math.floorMod(-sizeBytes, BLOCK_BYTES));
      if (content.length < sizeBytes) {
        throw new EOFException("the archive ends within " + name());
      }
    } while (header[156] != '0');
    return true;
  }

  String name() {
    return field(0, 100);
  }

  byte[] content() {
    return content;
  }

  private String field(int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOfRange(header, offset, end), StandardCharsets.US_ASCII);
  }
}
