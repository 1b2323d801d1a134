package io.sheaf.cli.move;

import io.sheaf.lsm.db.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Rows as CSV (RFC 4180, lines ended by CR LF): a head, then a record a row.
 *
 * <pre>
 * table,keyEncoding,key,valueEncoding,value
 * chat,text,anna1,text,Hello
 * chat,hex,00ff,base64,AP8=                  what is no UTF-8, or has control characters
 * </pre>
 *
 * <p>The options of tables have no place in it.
 */
final class CsvRowWriter implements RowWriter {
  static final String HEAD = "table,keyEncoding,key,valueEncoding,value";
  static final String END = "\r\n";

  private final OutputStream out;

  CsvRowWriter(OutputStream out) throws IOException {
    this.out = out;
    write(HEAD + END);
  }

  @Override
  public void table(Table table) {}

  @Override
  public void row(Row row) throws IOException {
    BytesForm key = isPlain(row.key()) ? BytesForm.ofKey(row.key()) : BytesForm.HEX;
    BytesForm value = isPlain(row.value()) ? BytesForm.ofValue(row.value()) : BytesForm.BASE64;
    write(
        quoted(row.table())
            + ","
            + key.label()
            + ","
            + quoted(key.encode(row.key()))
            + ","
            + value.label()
            + ","
            + quoted(value.encode(row.value()))
            + END);
  }

  /** Whether no byte controls a terminal, or confuses a spreadsheet. */
  private static boolean isPlain(byte[] bytes) {
    for (byte next : bytes) {
      boolean control = (next >= 0 && next < ' ') || next == 0x7F;
      if (control && next != '\t' && next != '\r' && next != '\n') {
        return false;
      }
    }
    return true;
  }

  private static String quoted(String text) {
    boolean plain = true;
    for (int i = 0; i < text.length() && plain; i++) {
      char next = text.charAt(i);
      plain = next != ',' && next != '"' && next != '\r' && next != '\n';
    }
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
