package io.sheaf.torture.child;

import io.sheaf.torture.machine.Leftovers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ChildMain} that runs.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who started it closes
 * it, which kills it where it still runs.
 */
public final class Child implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  /**
   * What is run.
   *
   * @param prefix a command that runs the rest, as {@code strace}; mostly none
   * @param jvm options of the JVM, after the usual ones
   * @param warmUp directory of another store to warm up with; empty: none
   */
  public record Command(
      List<String> prefix,
      List<String> jvm,
      Path directory,
      long seed,
      int batches,
      ChildStore.Size size,
      Optional<Path> warmUp) {
    /** A plain process. */
    public static Command plain(Path directory, long seed, int batches) {
      return new Command(
          List.of(), List.of(), directory, seed, batches, ChildStore.Size.SMALL, Optional.empty());
    }

    /** The same behind another command. */
    public Command behind(List<String> before) {
      return new Command(before, jvm, directory, seed, batches, size, warmUp);
    }

    /** The same with more options of the JVM, and a store of another size. */
    public Command with(List<String> options, ChildStore.Size other) {
      return new Command(prefix, options, directory, seed, batches, other, warmUp);
    }

    /** The same, which has loaded all its classes and waits before it begins. */
    public Command warmedUpIn(Path other) {
      return new Command(prefix, jvm, directory, seed, batches, size, Optional.of(other));
    }

    /**
     * The words of the command line.
     *
     * @param temporary where the process puts temporary files, which a kill leaves there
     */
    private List<String> words(Path temporary) {
      List<String> words = new ArrayList<>(prefix);
      words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      words.addAll(
          List.of(
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Xmx96m",
              "-XX:MaxDirectMemorySize=96m",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-Djava.io.tmpdir=" + temporary));
      words.addAll(jvm);
      words.addAll(
          List.of(
              "-cp",
              System.getProperty("java.class.path"),
              ChildMain.class.getName(),
              directory.toString(),
              Long.toString(seed),
              Integer.toString(batches),
              size.name()));
      warmUp.ifPresent(other -> words.add(other.toString()));
      return words;
    }
  }

  private final Process process;
  private final Path complaints;
  private final Thread reader;
  private final Leftovers.Leftover leftover;
  private final CountDownLatch warm = new CountDownLatch(1);
  private final CountDownLatch opening = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);
  private volatile Acknowledged acknowledged = Acknowledged.none(0);
  private volatile @Nullable IOException unread;

  private Child(Process process, Path complaints) {
    this.process = process;
    this.complaints = complaints;
    this.reader = Thread.ofPlatform().daemon(true).name("torture-hears").unstarted(this::read);
    this.leftover = Leftovers.add(this::kill);
  }

  /** Starts a process; what it prints as errors goes to {@code complaints}. */
  public static Child start(Command command, Path complaints) throws IOException {
    Files.createDirectories(complaints.resolveSibling("temporary"));
    ProcessBuilder builder =
        new ProcessBuilder(command.words(complaints.resolveSibling("temporary")))
            .redirectError(complaints.toFile());
    Child child = Leftovers.make(() -> new Child(builder.start(), complaints));
    child.reader.start();
    return child;
  }

  /** Waits until it is warm, or has ended. */
  public void awaitWarm() throws InterruptedException {
    await(warm);
  }

  /** Lets one that is warm begin. */
  public void begin() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** How many files it has open. Linux. */
  public int openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
      return (int) files.count();
    }
  }

  /** Waits until it begins to open the store, or has ended. */
  public void awaitOpening() throws InterruptedException {
    await(opening);
  }

  /** Waits until the store is open, or the process has ended. */
  public void awaitOpen() throws InterruptedException {
    await(open);
  }

  /** What it has said so far. */
  public Acknowledged acknowledged() {
    return acknowledged;
  }

  /** Its number in the system. */
  public long pid() {
    return process.pid();
  }

  /**
   * Kills it, as {@code kill -9} does, and everything that it started. Not by {@link
   * Process#destroyForcibly}, which closes what it says as well: what stands there is acknowledged.
   */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.toHandle().destroyForcibly();
  }

  /** Waits until it has ended and all that it said is heard. */
  public Acknowledged awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("the process did not end within " + PATIENCE_SECONDS + " s");
    }
    reader.join();
    IOException failure = unread;
    if (failure != null) {
      throw failure;
    }
    return acknowledged;
  }

  /** With what it has ended. */
  public int exitCode() {
    return process.exitValue();
  }

  /** What it printed as errors. */
  public String complaints() throws IOException {
    return Files.exists(complaints) ? Files.readString(complaints, StandardCharsets.UTF_8) : "";
  }

  @Override
  public void close() {
    kill();
    leftover.close();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the process said nothing for " + PATIENCE_SECONDS + " s");
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        hear(line);
      }
    } catch (IOException e) {
      unread = e;
    } finally {
      warm.countDown();
      opening.countDown();
      open.countDown();
    }
  }

  private void hear(String line) {
    acknowledged = acknowledged.after(line);
    if (line.equals("warm")) {
      warm.countDown();
    } else if (line.equals("opening")) {
      opening.countDown();
    } else if (line.startsWith("open ")) {
      open.countDown();
    }
  }
}
