package io.sheaf.server.acl;

import io.sheaf.server.command.CommandException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file with users: a line for each, {@code user name rules…}; lines that are empty or begin with
 * # say nothing.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class AclFile {
  private AclFile() {}

  /** Whether the file may be there: false only if it surely is not. */
  static boolean mayExist(Path file) {
    return !Files.notExists(file);
  }

  static String text(Path file) throws IOException {
    return Files.readString(file);
  }

  static Map<String, User> read(Path file, String text, UserRules rules) throws IOException {
    Map<String, User> users = new TreeMap<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String place = file + ":" + (i + 1) + ": ";
      List<String> words = List.of(line.split("[ \t]+", -1));
      if (words.size() < 2 || !words.getFirst().equals("user")) {
        throw new IOException(place + "a line begins with 'user' and a name");
      }
      String name = words.get(1);
      try {
        User user = rules.apply(User.fresh(name), words.subList(2, words.size()));
        if (users.put(name, user) != null) {
          throw new IOException(place + "the user '" + name + "' is there twice");
        }
      } catch (CommandException e) {
        throw new IOException(place + String.valueOf(e.getMessage()).replaceFirst("^ERR ", ""), e);
      }
    }
    return users;
  }

  /** Writes it whole or not at all; only its owner may read it. Answers what it holds now. */
  static String write(Path file, Collection<User> users) throws IOException {
    StringBuilder lines = new StringBuilder();
    users.forEach(user -> lines.append(user.shown()).append('\n'));
    String text = lines.toString();
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return text;
  }
}
