package io.sheaf.engine;

import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.WritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a closed store, to be put on a disk again with damage.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class StoreImage {
  private final SortedMap<String, byte[]> files = new TreeMap<>();

  /** The image of the store in {@code directory}. */
  public static StoreImage of(FileSystem disk, Path directory) throws IOException {
    StoreImage image = new StoreImage();
    for (String name : disk.list(directory)) {
      try (ReadableFile file = disk.open(directory.resolve(name))) {
        ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(file.size()));
        if (file.read(content, 0) < content.capacity() && content.capacity() > 0) {
          throw new IOException("short read of " + name);
        }
        image.files.put(name, content.array());
      }
    }
    return image;
  }

  /** Names of the files that end in {@code suffix}. */
  public List<String> names(String suffix) {
    return files.keySet().stream().filter(name -> name.endsWith(suffix)).toList();
  }

  /** Content of a file; nothing where there is none. */
  public byte[] content(String name) {
    return files.getOrDefault(name, new byte[0]).clone();
  }

  /** The same with other content of a file. */
  public StoreImage with(String name, byte[] content) {
    StoreImage image = new StoreImage();
    image.files.putAll(files);
    image.files.put(name, content);
    return image;
  }

  /** The same without a file. */
  public StoreImage without(String name) {
    StoreImage image = new StoreImage();
    image.files.putAll(files);
    image.files.remove(name);
    return image;
  }

  /** A disk that holds it. */
  public MemoryFileSystem onDisk(Path directory) throws IOException {
    MemoryFileSystem disk = new MemoryFileSystem();
    disk.createDirectories(directory);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      try (WritableFile copy = disk.create(directory.resolve(file.getKey()))) {
        if (file.getValue().length > 0) {
          copy.write(ByteBuffer.wrap(file.getValue()));
        }
      }
    }
    return disk;
  }
}
