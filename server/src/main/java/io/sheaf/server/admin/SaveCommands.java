package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;

import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.io.BackgroundThread;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Handler;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SAVE, BGSAVE, BGREWRITEAOF, LASTSAVE: all of them flush the memtables, so that all is in sorted
 * files and the log before them is not needed any more.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class SaveCommands {
  private static final Logger LOGGER = LoggerFactory.getLogger(SaveCommands.class);

  private final Db db;
  private final AtomicBoolean flushing = new AtomicBoolean();
  private final AtomicLong lastMillis;

  private SaveCommands(Db db, long nowMillis) {
    this.db = db;
    this.lastMillis = new AtomicLong(nowMillis);
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, Db db, long nowMillis) {
    SaveCommands commands = new SaveCommands(db, nowMillis);
    add(table, "save", 1, commands::save, "Flushes the memtables, and waits for it.");
    add(
        table,
        "bgsave",
        -1,
        call -> commands.begin(call, "Background saving started"),
        "Flushes the memtables.");
    add(
        table,
        "bgrewriteaof",
        1,
        call -> commands.begin(call, "Background append only file rewriting started"),
        "Flushes the memtables, so that the log is short.");
    add(
        table,
        "lastsave",
        1,
        call -> call.reply().integer(commands.lastMillis.get() / 1_000),
        "Tells when the last flush that was asked for ended.");
  }

  private static void add(
      CommandTable table, String name, int arity, Handler handler, String summary) {
    table.add(new Command(name, arity, handler).flags(ADMIN).docs("server", "1.0.0", summary));
  }

  private void save(Call call) throws CommandException, IOException {
    try {
      flush(call.rows().nowMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("ERR the server stops");
    }
    call.reply().ok();
  }

  private void flush(long nowMillis) throws IOException, InterruptedException {
    db.flush();
    lastMillis.set(nowMillis);
  }

  private void begin(Call call, String answer) {
    if (flushing.compareAndSet(false, true)) {
      long now = call.rows().nowMillis();
      Runnable flush = () -> flushBehind(now);
      Thread thread = new Thread(flush, "sheaf-save");
      thread.setDaemon(true);
      BackgroundThread.startOrRun(thread, flush); // or it would be under way for ever
    }
    call.reply().simple(answer);
  }

  private void flushBehind(long nowMillis) {
    try {
      flush(nowMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOGGER.error("The memtables could not be flushed", e);
    } finally {
      flushing.set(false);
    }
  }
}
