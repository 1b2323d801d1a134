package io.sheaf.bench.race;

import io.sheaf.bench.engine.EngineName;
import io.sheaf.bench.limit.MemoryGroup;
import io.sheaf.bench.result.Line;
import io.sheaf.bench.result.LineFormat;
import io.sheaf.bench.summary.EngineRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One engine's turn in a round: listens to its worker until it ends.
 *
 * <p><em>Thread safety:</em> none.
 */
final class EngineTurn {
  private static final int SIGINT_EXIT = 130;
  private static final int SIGTERM_EXIT = 143;

  /** What a JVM says after it has said what is wrong. */
  private static final Pattern JVM_ENDS =
      Pattern.compile("Error: (Could not create the Java|A fatal exception has occurred)");

  private final EngineName engine;
  private final int round;
  private final Path store;
  private final Path log;
  private final RaceProgress progress;
  private final List<Line> lines = new ArrayList<>();
  private String phase = "start";
  private @Nullable String failurePhase;
  private @Nullable String failureText;

  /**
   * A turn.
   *
   * @param store directory that the worker makes
   * @param log file for what it says besides its lines
   * @param progress is shown here, and closed by the caller
   */
  EngineTurn(EngineName engine, int round, Path store, Path log, RaceProgress progress) {
    this.engine = engine;
    this.round = round;
    this.store = store;
    this.log = log;
    this.progress = progress;
  }

  /**
   * Runs a worker to its end.
   *
   * @param group that holds it, closed here
   * @param kept whether the store stays; that of a failed worker does where there is room
   * @param roomBytes that must be left on the disk beside it, for the next store
   * @throws InterruptedException if the worker was, or this JVM is told to exit
   */
  EngineRun run(List<String> command, @Nullable MemoryGroup group, boolean kept, long roomBytes)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (Worker worker = Worker.start(command, group, store, log)) {
      if (kept) {
        worker.keepStore();
      }
      for (String line = worker.nextLine(); line != null; line = worker.nextLine()) {
        take(line);
      }
      int code = worker.await();
      if (worker.isInterrupted() || code == SIGINT_EXIT || code == SIGTERM_EXIT) {
        throw new InterruptedException();
      }
      EngineRun.Failure failure = failure(code, worker.killedForMemory(), kept, roomBytes);
      if (failure != null && failure.store() != null) {
        worker.keepStore();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      return EngineRun.of(engine, round, seconds, lines, failure);
    }
  }

  private void take(String text) throws IOException {
    if (!text.startsWith("{")) {
      // Not the worker's: a library's word, or the JVM's.
      Files.writeString(
          log,
          text + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      return;
    }
    Line line;
    try {
      line = LineFormat.parse(text);
    } catch (IllegalArgumentException e) {
      fail(phase, "the worker said what is not understood: " + e.getMessage());
      return;
    }
    switch (line) {
      case Line.Progress step -> {
        phase = step.phase();
        progress.show(step);
      }
      case Line.Failure failure -> fail(failure.phase(), failure.text());
      case Line.Measurement measurement -> {
        phase = measurement.phase();
        lines.add(measurement);
      }
      case Line.Curve curve -> lines.add(curve);
      case Line.Note note -> lines.add(note);
    }
  }

  /** The first failure is the one that tells most. */
  private void fail(String where, String text) {
    if (failureText == null) {
      failurePhase = where;
      failureText = text;
    }
  }

  private EngineRun.@Nullable Failure failure(
      int code, boolean killedForMemory, boolean kept, long roomBytes) throws IOException {
    if (failureText == null && code == 0) {
      return null;
    }
    if (killedForMemory) {
      fail(phase, "killed by the operating system: its --memory is not enough for it");
    }
    if (failureText == null) {
      fail(phase, "the worker ended with exit code " + code + lastWords() + "; see " + log);
    }
    String where = failurePhase == null ? phase : failurePhase;
    String text = String.valueOf(failureText);
    if (!Files.exists(store)) {
      return new EngineRun.Failure(where, text, null);
    }
    if (!kept && Files.getFileStore(store).getUsableSpace() < roomBytes) {
      return new EngineRun.Failure(
          where, text + "; its store is removed, as the next one has no room beside it", null);
    }
    return new EngineRun.Failure(where, text, store);
  }

  private String lastWords() throws IOException {
    List<String> words =
        Files.readString(log, StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank() && !JVM_ENDS.matcher(line).lookingAt())
            .toList();
    return words.isEmpty() ? "" : " after it said '" + words.getLast().strip() + "'";
  }
}
