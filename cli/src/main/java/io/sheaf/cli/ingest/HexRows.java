package io.sheaf.cli.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Rows as lines of text: key and value in hexadecimal digits, with a tab between.
 *
 * <p><em>Thread safety:</em> none.
 */
final class HexRows {
  private final BufferedReader lines;
  private long line;
  private byte[] key = new byte[0];
  private byte[] value = new byte[0];

  HexRows(InputStream in) {
    lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII), 1 << 20);
  }

  /**
   * Steps to the next row; false behind the last.
   *
   * @throws IOException when a line is none, with its number
   */
  boolean next() throws IOException {
    String text = lines.readLine();
    if (text == null) {
      return false;
    }
    line++;
    int tab = text.indexOf('\t');
    try {
      if (tab < 0) {
        throw new IllegalArgumentException("no tab");
      }
      key = HexFormat.of().parseHex(text, 0, tab);
      value = HexFormat.of().parseHex(text, tab + 1, text.length());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "line "
              + line
              + " is no row ("
              + e.getMessage()
              + "): give key and value in hexadecimal digits, with a tab between",
          e);
    }
    return true;
  }

  /** Number of the line. */
  long line() {
    return line;
  }

  byte[] key() {
    return key;
  }

  byte[] value() {
    return value;
  }
}
