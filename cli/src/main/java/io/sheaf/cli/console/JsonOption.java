package io.sheaf.cli.console;

import picocli.CommandLine.Option;

/** The option that asks for a report which programs read. */
public final class JsonOption {
  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  /** Without JSON, for picocli to change. */
  public JsonOption() {}

  /** Whether JSON is wanted. */
  public boolean isSet() {
    return json;
  }
}
