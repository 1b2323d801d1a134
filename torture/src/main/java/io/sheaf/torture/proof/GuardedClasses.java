package io.sheaf.torture.proof;

import io.sheaf.compaction.CompactionScheduler;
import io.sheaf.engine.Sheaf;
import io.sheaf.lsm.db.Db;
import io.sheaf.valuelog.ValueLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The guards in the code of the store. */
final class GuardedClasses {
  /** One class of each module in which there are some. */
  private static final List<Class<?>> MODULES =
      List.of(Db.class, ValueLog.class, CompactionScheduler.class, Sheaf.class);

  /** The door to the real disk passes each sync on: real power cuts try it, not simulated ones. */
  private static final List<String> BELOW_THE_DOOR =
      List.of(
          "io.sheaf.lsm.io.DiskFileSystem",
          "io.sheaf.lsm.io.DiskWritableFile",
          "io.sheaf.lsm.io.ForwardingFileSystem",
          "io.sheaf.lsm.io.MemoryFileSystem");

  private GuardedClasses() {}

  /**
   * All guards above the door to the disk.
   *
   * @throws IllegalStateException when a name that guards are known by is nowhere in the code any
   *     more: it was renamed or moved, and would be left out of the proof without a word
   */
  static List<Site> sites() throws IOException {
    List<Site> sites = new ArrayList<>();
    Set<String> gone = new TreeSet<>(GuardedCode.known());
    for (Class<?> module : MODULES) {
      for (byte[] classFile : classFiles(module)) {
        GuardedCode code = new GuardedCode(classFile);
        sites.addAll(code.sites());
        gone.removeAll(code.found());
      }
    }
    if (!gone.isEmpty()) {
      throw new IllegalStateException("these guards are nowhere in the code any more: " + gone);
    }
    sites.removeIf(site -> BELOW_THE_DOOR.contains(site.className()));
    Collections.sort(sites);
    return sites;
  }

  private static List<byte[]> classFiles(Class<?> module) throws IOException {
    URI place;
    try {
      place = module.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new IOException("where is " + module + "?", e);
    }
    Path root = Path.of(place);
    if (Files.isDirectory(root)) {
      return read(root);
    }
    try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
      return read(jar.getPath("/"));
    }
  }

  private static List<byte[]> read(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .sorted()
          .map(GuardedClasses::bytes)
          .toList();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
