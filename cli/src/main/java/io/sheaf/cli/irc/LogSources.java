package io.sheaf.cli.irc;

import io.sheaf.cli.console.CommandFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Where logs are: plain files, directories of them, archives ({@code .tar.gz}). What has no day in
 * its name is passed over in a directory or an archive, and refused where it is named itself.
 *
 * <p><em>Thread safety:</em> immutable; the files are not.
 */
final class LogSources {
  private static final Pattern LOG_NAME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}\\..*");

  private final List<Path> paths;

  LogSources(List<Path> paths) {
    this.paths = List.copyOf(paths);
  }

  /** Shows all logs to {@code visitor}: files by their names, so by their days; then archives. */
  void forEach(LogVisitor visitor) throws CommandFailure, IOException {
    List<Path> files = new ArrayList<>();
    List<Path> archives = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      }
      if (Files.isDirectory(path)) {
        addLogsIn(path, files);
      } else if (isArchive(path)) {
        archives.add(path);
      } else if (isLog(nameOf(path))) {
        files.add(path);
      } else {
        throw new CommandFailure(
            path
                + ": its name gives no day: name the log yyyy-MM-dd.<anything>, such as"
                + " 2008-04-27.raw.txt");
      }
    }
    files.sort(Comparator.comparing(LogSources::nameOf));
    for (Path file : files) {
      visitFile(file, visitor);
    }
    for (Path archive : archives) {
      visitArchive(archive, visitor);
    }
  }

  private static void addLogsIn(Path directory, List<Path> files) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      all.filter(Files::isRegularFile).filter(file -> isLog(nameOf(file))).forEach(files::add);
    }
  }

  private static void visitFile(Path file, LogVisitor visitor) throws CommandFailure, IOException {
    try (InputStream in = Files.newInputStream(file)) {
      visitor.visit(nameOf(file), Files.size(file), in);
    }
  }

  private static void visitArchive(Path archive, LogVisitor visitor)
      throws CommandFailure, IOException {
    try (InputStream in = Files.newInputStream(archive);
        InputStream unpacked = new BufferedInputStream(new GZIPInputStream(in, 1 << 16))) {
      TarReader tar = new TarReader(unpacked, archive.toString());
      while (tar.next()) {
        String name = tar.name().substring(tar.name().lastIndexOf('/') + 1);
        if (isLog(name)) {
          visitor.visit(name, tar.sizeBytes(), tar.content());
        }
      }
    }
  }

  private static boolean isArchive(Path path) {
    String name = nameOf(path).toLowerCase(Locale.ROOT);
    return name.endsWith(".tar.gz") || name.endsWith(".tgz");
  }

  private static boolean isLog(String name) {
    return LOG_NAME.matcher(name).matches();
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }
}
