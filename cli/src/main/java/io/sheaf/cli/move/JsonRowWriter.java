package io.sheaf.cli.move;

import io.sheaf.cli.console.Fields;
import io.sheaf.cli.console.JsonText;
import io.sheaf.lsm.db.Table;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Rows as JSON Lines:
 *
 * <pre>
 * {"table":"chat","options":{"prefix":"fixed:4", …}}        before the rows of each table
 * {"table":"chat","key":"anna1","value":"Hello"}
 * {"table":"chat","keyHex":"00ff","valueBase64":"AP8="}     what is no UTF-8
 * </pre>
 */
final class JsonRowWriter implements RowWriter {
  private final OutputStream out;

  JsonRowWriter(OutputStream out) {
    this.out = out;
  }

  @Override
  public void table(Table table) throws IOException {
    write(Fields.of("table", table.name(), "options", TableOptionsText.fields(table.options())));
  }

  @Override
  public void row(Row row) throws IOException {
    BytesForm key = BytesForm.ofKey(row.key());
    BytesForm value = BytesForm.ofValue(row.value());
    write(
        Fields.of(
            "table",
            row.table(),
            key == BytesForm.TEXT ? "key" : "keyHex",
            key.encode(row.key()),
            value == BytesForm.TEXT ? "value" : "valueBase64",
            value.encode(row.value())));
  }

  private void write(Map<String, Object> fields) throws IOException {
    out.write((JsonText.of(fields) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
