package io.sheaf.cli.irc;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over the plain files of a tar archive. Directories, links and extensions are passed over.
 *
 * <pre>
 * archive := file* 00…
 * file    := header content, both filled to 512 bytes
 * header  := name[100] … size[12] at 124, octal … checksum[8] at 148 … type[1] at 156
 * </pre>
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Ownership:</em> the stream stays the caller's, who closes it.
 *
 * <p><em>Source:</em> POSIX.1-2017, pax, ustar interchange format.
 */
final class TarReader {
  private static final int BLOCK_BYTES = 512;
  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_BYTES = 12;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_BYTES = 8;
  private static final int TYPE_AT = 156;

  private final InputStream in;
  private final String archive;
  private final byte[] header = new byte[BLOCK_BYTES];
  private final Content content = new Content();
  private long padding;

  /**
   * A reader from the first file on.
   *
   * @param archive names the archive in errors
   */
  TarReader(InputStream in, String archive) {
    this.in = in;
    this.archive = archive;
  }

  /** Goes on to the next plain file; false after the last. */
  boolean next() throws IOException {
    do {
      in.skipNBytes(content.rest + padding);
      content.rest = 0;
      padding = 0;
      int read = in.readNBytes(header, 0, BLOCK_BYTES);
      if (read == 0 || (read == BLOCK_BYTES && header[0] == 0)) {
        return false;
      }
      if (read < BLOCK_BYTES) {
        throw new EOFException(archive + " ends in the middle of a header");
      }
      checkHeader();
      content.rest = octal(SIZE_AT, SIZE_BYTES);
      padding = Math.floorMod(-content.rest, (long) BLOCK_BYTES);
    } while (header[TYPE_AT] != '0' && header[TYPE_AT] != 0);
    return true;
  }

  /** The name of the file, with its directories. */
  String name() {
    return text(0, NAME_BYTES);
  }

  /** The size of the file in bytes. */
  long sizeBytes() throws IOException {
    return octal(SIZE_AT, SIZE_BYTES);
  }

  /** The bytes of the file; what is not read of them is skipped by {@link #next}. */
  InputStream content() {
    return content;
  }

  private void checkHeader() throws IOException {
    long sum = 0;
    for (int i = 0; i < BLOCK_BYTES; i++) {
      boolean inChecksum = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES;
      sum += inChecksum ? ' ' : header[i] & 0xFF;
    }
    if (sum != octal(CHECKSUM_AT, CHECKSUM_BYTES)) {
      throw new IOException(archive + " is damaged, or no tar archive: a checksum is wrong");
    }
  }

  private long octal(int offset, int length) throws IOException {
    String digits = text(offset, length).strip();
    try {
      long value = Long.parseLong(digits, 8);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IOException(notOctal(digits), e);
    }
    throw new IOException(notOctal(digits));
  }

  private String notOctal(String digits) {
    return archive + " is damaged, or no tar archive: '" + digits + "' is no octal number";
  }

  private String text(int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOfRange(header, offset, end), StandardCharsets.ISO_8859_1);
  }

  /** The part of the archive that is the content of the present file. */
  private final class Content extends InputStream {
    private long rest;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (rest == 0) {
        return -1;
      }
      int count = in.read(target, offset, (int) Math.min(length, rest));
      if (count < 0) {
        throw new EOFException(archive + " ends in the middle of " + name());
      }
      rest -= count;
      return count;
    }
  }
}
