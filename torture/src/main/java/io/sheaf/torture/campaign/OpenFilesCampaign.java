package io.sheaf.torture.campaign;

import io.sheaf.lsm.db.Db;
import io.sheaf.torture.child.Acknowledged;
import io.sheaf.torture.child.Child;
import io.sheaf.torture.child.ChildHistory;
import io.sheaf.torture.child.ChildStore;
import io.sheaf.torture.machine.Scratch;
import io.sheaf.torture.machine.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/** A process that may open few files, and a second one that wants its store. */
public final class OpenFilesCampaign implements Campaign {
  private static final int BATCHES = 2_000;

  /** More than this is enough for all that the store opens. */
  private static final int MOST_FILES = 25;

  @Override
  public String name() {
    return "fd";
  }

  @Override
  public String description() {
    return "too many open files (prlimit), and two processes that open one store: a clear error, and"
        + " all that was acknowledged is there";
  }

  @Override
  public Counts counts() {
    return new Counts("processes", 2, 400);
  }

  @Override
  public Optional<String> obstacle() {
    return Shell.succeeds("prlimit", "--version")
        ? Optional.empty()
        : Optional.of("needs prlimit (Linux: util-linux)");
  }

  @Override
  public void run(long seed, Tally tally) throws Exception {
    Random random = new Random(seed);
    try (Scratch scratch = Scratch.create()) {
      Path directory = scratch.resolve("store");
      ChildHistory history = new ChildHistory();
      fewFiles(directory, scratch, history, random, tally);
      secondProcess(directory, scratch, history, random, tally);
    }
  }

  private static void fewFiles(
      Path directory, Scratch scratch, ChildHistory history, Random random, Tally tally)
      throws IOException, InterruptedException {
    long seed = random.nextLong();
    Child.Command command =
        Child.Command.plain(directory, seed, BATCHES).warmedUpIn(scratch.resolve("warm-up"));
    try (Child child = Child.start(command, scratch.resolve("complaints"))) {
      child.awaitWarm();
      int files = child.openFiles() + random.nextInt(MOST_FILES);
      Shell.run("prlimit", "--pid", Long.toString(child.pid()), "--nofile=" + files + ":" + files);
      child.begin();
      Acknowledged said = child.awaitEnd();
      boolean failed = !said.failure().isEmpty();
      if (failed && !said.failure().contains("too many open files")) {
        throw new AssertionError(
            files + " files: another failure: " + said.failure() + "\n" + child.complaints());
      }
      history.check(directory, seed, said, said.written());
      tally.tried(failed ? "too many files" : "enough files");
    }
  }

  private static void secondProcess(
      Path directory, Scratch scratch, ChildHistory history, Random random, Tally tally)
      throws IOException, InterruptedException {
    long seed = random.nextLong();
    Child.Command command = Child.Command.plain(directory, seed, Integer.MAX_VALUE);
    try (Child child = Child.start(command, scratch.resolve("complaints"))) {
      child.awaitOpen();
      try (Db db = ChildStore.open(directory)) {
        throw new AssertionError("a second process opened " + db.directory());
      } catch (IOException e) {
        String message = String.valueOf(e.getMessage());
        if (!message.contains("LOCK") || !message.contains(Long.toString(child.pid()))) {
          throw new AssertionError("does not say who has it: " + message, e);
        }
      }
      child.kill();
      Acknowledged said = child.awaitEnd();
      history.check(directory, seed, said, said.written());
      tally.tried("second processes");
    }
  }
}
