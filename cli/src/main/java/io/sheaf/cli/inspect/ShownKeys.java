package io.sheaf.cli.inspect;

import io.sheaf.cli.console.BytesText;
import io.sheaf.cli.console.KeyOption;
import io.sheaf.lsm.coding.Slice;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which keys are shown, and how. */
final class ShownKeys {
  private static final Slice NONE = new Slice();

  @Option(
      names = "--prefix",
      paramLabel = "KEY",
      converter = BytesText.Converter.class,
      description = "Show only what may concern keys that begin so. " + BytesText.FORMS)
  private @Nullable BytesText prefix;

  @Mixin private final KeyOption keys = new KeyOption();

  ShownKeys() {}

  /** The prefix that is asked for. */
  Optional<Slice> prefix() {
    return Optional.ofNullable(prefix).map(text -> Slice.of(text.bytes()));
  }

  /** Whether a key begins with the prefix. */
  boolean concerns(Slice key) {
    return key.startsWith(prefix().orElse(NONE));
  }

  /** Whether keys from {@code first} to {@code last} may begin with the prefix. */
  boolean mayConcern(Slice first, Slice last) {
    Slice wanted = prefix().orElse(first);
    return last.compareTo(wanted) >= 0
        && (first.compareTo(wanted) <= 0 || first.startsWith(wanted));
  }

  /** Adds a key to the fields of an item: as it is asked for, and in hexadecimal for programs. */
  void put(Map<String, Object> fields, String name, ShownTable table, Slice key) {
    fields.put(name, keys.show(table.name(), table.rule(), key));
    fields.put(name + "Hex", KeyOption.hex(key));
  }
}
