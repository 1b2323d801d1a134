package io.sheaf.torture.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A small file system of its own, mounted for a test. Linux, and root.
 *
 * <p><b>Thread safety.</b> One thread at a time mounts. <b>Ownership.</b> Who made it closes it,
 * which unmounts it.
 */
public final class Mount implements AutoCloseable {
  private static final int UNMOUNT_ATTEMPTS = 50;
  private static final long UNMOUNT_PAUSE_NANOS = 20_000_000;

  private final Path point;
  private final List<String> mount;
  private final Leftovers.Leftover leftover;
  private boolean mounted;

  private Mount(Path point, List<String> mount) throws IOException {
    this.point = point;
    this.mount = mount;
    Files.createDirectories(point);
    leftover = Leftovers.add(this::detach);
    try {
      mount();
    } catch (IOException e) {
      leftover.close();
      throw e;
    }
  }

  /** A tmpfs of a size, mounted at {@code point}. */
  public static Mount tmpfs(Path point, long sizeBytes) throws IOException {
    return new Mount(
        point,
        List.of("mount", "-t", "tmpfs", "-o", "size=" + sizeBytes, "none", point.toString()));
  }

  /** A new ext4 in the file {@code image}, on a loop device, mounted at {@code point}. */
  public static Mount ext4(Path point, Path image, long sizeBytes) throws IOException {
    Shell.run("truncate", "-s", Long.toString(sizeBytes), image.toString());
    Shell.run("mkfs.ext4", "-q", "-F", image.toString());
    return new Mount(point, List.of("mount", "-o", "loop", image.toString(), point.toString()));
  }

  /** Why nothing can be mounted here; empty where it can. */
  public static Optional<String> obstacle() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Optional.of("needs Linux");
    }
    try (Scratch scratch = Scratch.create();
        Mount _ = tmpfs(scratch.resolve("probe"), 1 << 20)) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("needs root, to mount a small file system (" + e.getMessage() + ")");
    }
  }

  /** Where it is mounted. */
  public Path point() {
    return point;
  }

  /** Gives it another size; a tmpfs only. */
  public void resize(long sizeBytes) throws IOException {
    Shell.run("mount", "-o", "remount,size=" + sizeBytes, point.toString());
  }

  /** Mounts it again. */
  public void mount() throws IOException {
    mounted =
        Leftovers.make(() -> {
          Shell.run(mount.toArray(String[]::new));
          return true;
        });
  }

  /** Unmounts it; who has just closed its last file may still count for a moment. */
  public void unmount() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Shell.run("umount", point.toString());
        mounted = false;
        return;
      } catch (IOException e) {
        if (attempt == UNMOUNT_ATTEMPTS) {
          throw e;
        }
        LockSupport.parkNanos(UNMOUNT_PAUSE_NANOS);
      }
    }
  }

  /** Unmounts it though files in it are open: it goes with the last of them. */
  private void detach() throws IOException {
    if (Shell.succeeds("mountpoint", "-q", point.toString())) {
      Shell.run("umount", "--lazy", point.toString());
    }
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      unmount();
    }
    leftover.close();
  }
}
