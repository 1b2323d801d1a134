package io.sheaf.cli.console;

import io.sheaf.engine.inspect.Finding;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** A report as one JSON object on one line. */
final class JsonReport implements Report {
  private final PrintStream out;
  private String separator = "";
  private String itemSeparator = "";
  private boolean inList;
  private boolean closed;

  JsonReport(PrintStream out) {
    this.out = out;
    out.print('{');
  }

  @Override
  public void field(String name, Object value) {
    name(name);
    out.print(JsonText.of(value));
  }

  @Override
  public void list(String name) {
    endList();
    name(name);
    out.print('[');
    inList = true;
    itemSeparator = "";
  }

  @Override
  public void item(Map<String, Object> fields) {
    out.print(itemSeparator);
    out.print(JsonText.of(fields));
    itemSeparator = ",";
  }

  @Override
  public void findings(List<Finding> findings) {
    list("findings");
    FindingList.fields(findings).forEach(this::item);
  }

  private void name(String name) {
    out.print(separator);
    out.print(JsonText.of(name));
    out.print(':');
    separator = ",";
  }

  private void endList() {
    if (inList) {
      out.print(']');
      inList = false;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      endList();
      out.println('}');
    }
  }
}
