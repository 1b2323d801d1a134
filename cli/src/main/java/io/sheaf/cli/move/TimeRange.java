package io.sheaf.cli.move;

import io.sheaf.cli.console.TimeText;
import io.sheaf.im.table.KeyLayout;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.cursor.Cursor;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.version.TableOptions;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options that choose rows by time: that of the message id in the key where an IM table has
 * one, else the time of the write where the table keeps it.
 */
final class TimeRange {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeText.class,
      description =
          "Only rows from this time on: 2026-01-31 or 2026-01-31T12:00:00Z, in UTC. The time is that"
              + " of the message in the key, or of the write in tables with a time to live.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = TimeText.class,
      description = "Only rows before this time.")
  private @Nullable Instant until;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  TimeRange() {}

  /** Throws where rows of the table cannot be told by time. */
  void check(Table table) {
    boolean asked = since != null || until != null;
    if (asked && !hasKeyTime(table) && table.options().ttlMillis() == TableOptions.NO_TTL) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--since and --until: table "
              + table.name()
              + " keeps no times: it has no time to live, and its keys are not those of messages");
    }
  }

  private static boolean hasKeyTime(Table table) {
    return KeyLayout.of(table.name()).filter(KeyLayout::hasTime).isPresent();
  }

  /** Whether the row the cursor stands on is meant. */
  boolean contains(Table table, Cursor row) {
    if (since == null && until == null) {
      return true;
    }
    long millis = millis(table, row.key(), row.timeMillis());
    return (since == null || millis >= since.toEpochMilli())
        && (until == null || millis < until.toEpochMilli());
  }

  private static long millis(Table table, Slice key, long writeMillis) {
    Optional<KeyLayout> layout = KeyLayout.of(table.name()).filter(KeyLayout::hasTime);
    OptionalLong inKey = layout.isEmpty() ? OptionalLong.empty() : layout.get().timeMillis(key);
    return inKey.orElse(writeMillis);
  }
}
