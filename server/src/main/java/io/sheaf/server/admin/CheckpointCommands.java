package io.sheaf.server.admin;

import static io.sheaf.server.command.CommandFlag.ADMIN;
import static io.sheaf.server.command.CommandFlag.NO_MULTI;

import io.sheaf.engine.Sheaf;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.Db;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.wire.ReplyWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ENGINE.CHECKPOINT and ENGINE.VERIFY. Checkpoints lie beside the store, in a directory of its name
 * with ".checkpoints" behind it: no paths come from the wire. What is verified is a checkpoint of
 * the moment, whose files are those of the store by hard links.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; one of these commands runs at a time.
 */
public final class CheckpointCommands {
  private static final Logger LOGGER = LoggerFactory.getLogger(CheckpointCommands.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");
  private static final String TO_BE_VERIFIED = ".verify";

  private final Db db;
  private final Components parts;
  private final Path root;
  private final ReentrantLock busy = new ReentrantLock();

  /** Of the files of {@code db}, which are read with {@code parts}. */
  CheckpointCommands(Db db, Components parts) {
    this.db = db;
    this.parts = parts;
    Path directory = db.directory().toAbsolutePath().normalize();
    root = directory.resolveSibling(directory.getFileName() + ".checkpoints");
  }

  /**
   * Adds them to {@code table}. What a server that was killed has left of a check goes: it would
   * keep files that the store itself has long given up.
   */
  public static void addTo(CommandTable table, Db db) {
    CheckpointCommands commands = new CheckpointCommands(db, Sheaf.components());
    try {
      commands.removeCopy();
    } catch (IOException e) {
      LOGGER.warn("A copy of the store that was checked cannot be removed", e);
    }
    table.add(
        new Command("engine.checkpoint", 2, commands::checkpoint)
            .flags(ADMIN, NO_MULTI)
            .docs(
                "server",
                "1.0.0",
                "Makes a store of its own of all that was written, beside the store."));
    table.add(
        new Command("engine.verify", -1, commands::verify)
            .flags(ADMIN, NO_MULTI)
            .docs("server", "1.0.0", "Checks every file; with DEEP every block and row."));
  }

  private void checkpoint(Call call) throws CommandException, IOException {
    String name = call.text(1);
    if (!NAME.matcher(name).matches()) {
      throw new CommandException(
          "ERR a checkpoint is named by letters, digits, '.', '_' and '-', 64 at most, and not"
              + " beginning with '.'");
    }
    begin();
    try {
      make(name);
    } catch (IllegalArgumentException e) {
      throw new CommandException("ERR there is a checkpoint '" + name + "' already");
    } finally {
      busy.unlock();
    }
    call.reply().ok();
  }

  private void begin() throws CommandException {
    if (!busy.tryLock()) {
      throw new CommandException("ERR a checkpoint or a check is running; try again later");
    }
  }

  private Path make(String name) throws CommandException, IOException {
    Path target = root.resolve(name);
    try {
      db.checkpoint(target);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("ERR the server stops");
    }
    return target;
  }

  private void verify(Call call) throws CommandException, IOException {
    boolean deep = call.is(1, "deep");
    if (call.count() > (deep ? 2 : 1)) {
      throw CommandException.syntax();
    }
    begin();
    try {
      reply(call.reply(), verify(deep));
    } finally {
      busy.unlock();
    }
  }

  /** Checks a copy of the store, which is gone afterwards, however the check ends. */
  VerifyReport verify(boolean deep) throws CommandException, IOException {
    removeCopy(); // of a check that could not remove it
    try (Closeable _ = this::removeCopy) {
      return StoreVerifier.verify(parts, make(TO_BE_VERIFIED), deep, name -> {});
    }
  }

  private void removeCopy() throws IOException {
    Path copy = root.resolve(TO_BE_VERIFIED);
    if (parts.fileSystem().exists(copy)) {
      for (String name : parts.fileSystem().list(copy)) {
        parts.fileSystem().delete(copy.resolve(name));
      }
    }
  }

  private static void reply(ReplyWriter reply, VerifyReport report) {
    reply.map(6);
    reply.bulk("fine");
    reply.bool(report.isFine());
    reply.bulk("tables");
    reply.integer(report.tables());
    reply.bulk("key-files");
    reply.integer(report.keyFiles());
    reply.bulk("value-files");
    reply.integer(report.valueFiles());
    reply.bulk("rows");
    reply.integer(report.rows());
    reply.bulk("findings");
    reply.array(report.findings().size());
    report.findings().forEach(finding -> reply.bulk(finding.toString()));
  }
}
