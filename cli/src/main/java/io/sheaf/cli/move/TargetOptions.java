package io.sheaf.cli.move;

import io.sheaf.grouping.PrefixExtractors;
import io.sheaf.lsm.version.TableOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Into which table rows go, and how its keys split where it is made. */
final class TargetOptions {
  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Table to write to; made if it is missing.")
  private @Nullable String table;

  @Option(
      names = "--prefix-rule",
      paramLabel = "RULE",
      description =
          "How keys of tables that are made split into prefix and suffix: whole, fixed:8 (the first 8"
              + " bytes), delimited:58 (up to the first byte 58), length-prefixed:1. Default: whole.")
  private @Nullable String prefixRule;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  TargetOptions() {}

  /** The table; null: none is named. */
  @Nullable String table() {
    return table;
  }

  /** The options of tables that are made. */
  TableOptions options() {
    try {
      return prefixRule == null
          ? TableOptions.DEFAULT
          : TableOptions.DEFAULT.withPrefix(PrefixExtractors.parse(prefixRule));
    } catch (IllegalArgumentException e) {
      throw wrong("--prefix-rule: " + e.getMessage());
    }
  }

  /** Throws where the rule that was given is not that of the table rows go to. */
  void check(String name, TableOptions options) {
    String rule = options.prefix().name();
    if (prefixRule != null && !options().prefix().name().equals(rule)) {
      throw wrong("--prefix-rule is " + prefixRule + ", but table '" + name + "' has " + rule);
    }
  }

  /** What is thrown for an option that cannot be meant. */
  ParameterException wrong(String why) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), why);
  }
}
