package io.sheaf.cli.move;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The forms in which rows leave a store and come back. */
enum RowForm {
  /** JSON Lines. */
  JSONL,
  /** Comma-separated values. */
  CSV;

  RowWriter writer(OutputStream out) throws IOException {
    return switch (this) {
      case JSONL -> new JsonRowWriter(out);
      case CSV -> new CsvRowWriter(out);
    };
  }

  RowReader reader(InputStream in) {
    TextLines lines = new TextLines(in);
    return switch (this) {
      case JSONL -> new JsonRowReader(lines);
      case CSV -> new CsvRowReader(lines);
    };
  }
}
