package io.sheaf.torture.child;

import io.sheaf.engine.BatchHistory;
import io.sheaf.engine.SmallStore;
import io.sheaf.lsm.db.CursorOptions;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.Table;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * A process that writes a history to a store and says, line by line, what was acknowledged:
 *
 * <pre>
 * warm                 it has all its classes, and waits for a line on its standard input
 * opening
 * open 17              it holds 17 batches
 * synced 18            batch 18 was acknowledged, under the durability SYNC,
 * written 19           WRITTEN,
 * buffered 20          or BUFFERED
 * failed MESSAGE       the store threw, and the process ends with 3
 * closed               all was written, and the store closed
 * </pre>
 */
public final class ChildMain {
  /** Exit code of a process whose store threw. */
  static final int FAILED = 3;

  private static final int WARM_UP = 4;
  private static final int WARM_UP_BATCHES = 400;

  private ChildMain() {}

  /**
   * Arguments: the store's directory, the seed of the history, the number of batches, the size of
   * the store; perhaps the directory of another store to warm up with.
   */
  public static void main(String[] arguments) throws InterruptedException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    try {
      if (arguments.length > WARM_UP) {
        warmUp(Path.of(arguments[WARM_UP]), out);
      }
      write(
          Path.of(arguments[0]),
          Long.parseLong(arguments[1]),
          Integer.parseInt(arguments[2]),
          ChildStore.Size.valueOf(arguments[3]),
          out);
      out.println("closed");
    } catch (IOException | OutOfMemoryError | RuntimeException e) {
      out.println("failed " + messages(e));
      e.printStackTrace();
      System.exit(FAILED);
    }
  }

  /** Does all that it will do, so that nothing has to be loaded later; then waits. */
  private static void warmUp(Path directory, PrintStream out)
      throws IOException, InterruptedException {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    for (int life = 0; life < 2; life++) {
      write(directory, life, WARM_UP_BATCHES, ChildStore.Size.SMALL, nowhere);
      try (Db db = ChildStore.open(directory)) {
        for (Table table : BatchHistory.openTables(db)) {
          SmallStore.rows(db, table, CursorOptions.ALL);
        }
      }
    }
    messages(new IOException("loads what it needs", new IOException("too")));
    out.println("warm");
    if (System.in.read() < 0) {
      throw new IOException("nobody said to go on");
    }
  }

  private static void write(
      Path directory, long seed, int batches, ChildStore.Size size, PrintStream out)
      throws IOException, InterruptedException {
    Random random = new Random(seed);
    Random actions = new Random(~seed);
    out.println("opening");
    try (Db db = ChildStore.open(directory, size)) {
      Table[] tables = BatchHistory.openTables(db);
      BatchHistory history = BatchHistory.behind(BatchHistory.number(db));
      out.println("open " + history.size());
      Durability[] levels = Durability.values();
      for (int i = 0; i < batches; i++) {
        switch (size == ChildStore.Size.SMALL ? actions.nextInt(40) : 2) { // or memory never fills
          case 0 -> db.flush();
          case 1 -> db.compact(tables[actions.nextInt(tables.length)], null, null);
          default -> {}
        }
        Durability durability = levels[actions.nextInt(levels.length)];
        db.write(history.next(tables, random), durability);
        out.println(word(durability) + " " + history.size());
      }
    }
  }

  /** What says that a batch was acknowledged under {@code durability}. */
  static String word(Durability durability) {
    return switch (durability) {
      case SYNC -> "synced";
      case WRITTEN -> "written";
      case BUFFERED -> "buffered";
    };
  }

  private static String messages(Throwable failure) {
    StringBuilder messages = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      messages.append(messages.isEmpty() ? "" : " <- ").append(cause);
    }
    return messages.toString().replaceAll("\\R", " ").toLowerCase(Locale.ROOT);
  }
}
