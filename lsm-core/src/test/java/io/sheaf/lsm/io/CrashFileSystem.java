package io.sheaf.lsm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that knows what was synced, and what a power cut at this moment may leave of it.
 *
 * <p><b>What a power cut leaves.</b> Content that was synced and names whose directory was synced
 * are always there. Of the rest:
 *
 * <ul>
 *   <li>each 4 KB page written since the file's last sync is there or not, whatever became of the
 *       pages before it, and now and then only some of its 512-byte sectors are; a lost page shows
 *       what was synced there, or zeros;
 *   <li>a file that has grown is as long as it was, as it has become, or something between; one
 *       that was cut may be long again;
 *   <li>each creation, removal, link and rename since the directory's last sync happened or not,
 *       whatever became of those before it; a rename within a directory is there whole or not at
 *       all.
 * </ul>
 *
 * Stricter disks exist only in what they keep, so what recovers here recovers there.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class CrashFileSystem implements FileSystem {
  private static final int SECTOR_BYTES = 512;

  /** A name that appears (or, without a file, goes) in a directory; it may be a directory's. */
  private record NameEdit(Path directory, String name, @Nullable MemoryFile file) {
    boolean removes(Path place) {
      return file == null && place.startsWith(directory.resolve(name));
    }
  }

  private final MemoryFileSystem running;
  private final Map<Path, Map<String, MemoryFile>> durableNames;
  private final Map<MemoryFile, PagedBytes> durableContent;
  private final List<List<NameEdit>> pending;

  /** Pages that count as clean although the disk does not have them, null for all others. */
  private final Map<MemoryFile, byte[] @Nullable []> onlyInMemory;

  private volatile Consumer<String> observer = operation -> {};

  /** An empty disk. */
  public CrashFileSystem() {
    this(
        new MemoryFileSystem(),
        new HashMap<>(),
        new WeakHashMap<>(),
        new ArrayList<>(),
        new WeakHashMap<>());
  }

  private CrashFileSystem(
      MemoryFileSystem running,
      Map<Path, Map<String, MemoryFile>> durableNames,
      Map<MemoryFile, PagedBytes> durableContent,
      List<List<NameEdit>> pending,
      Map<MemoryFile, byte[] @Nullable []> onlyInMemory) {
    this.running = running;
    this.durableNames = durableNames;
    this.durableContent = durableContent;
    this.pending = pending;
    this.onlyInMemory = onlyInMemory;
  }

  /**
   * Calls {@code observer} before each call that changes or syncs something, with its name, the
   * file and, for writes, the place ({@code "write 000003.log 4096 + 512"}). It may clone.
   */
  public void onOperation(Consumer<String> observer) {
    this.observer = observer;
  }

  /**
   * The disk after a power cut at this moment, everything on it synced; drawn by {@code random}.
   */
  public synchronized CrashFileSystem crashClone(Random random) {
    int keptPercent =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 100;
          default -> random.nextInt(101);
        };
    Map<Path, Map<String, MemoryFile>> names = new HashMap<>();
    durableNames.forEach((directory, files) -> names.put(directory, new HashMap<>(files)));
    for (List<NameEdit> change : pending) {
      if (random.nextInt(100) < keptPercent) {
        change.forEach(edit -> apply(edit, names));
      }
    }
    Map<MemoryFile, MemoryFile> survivors = new HashMap<>();
    Map<MemoryFile, PagedBytes> content = new WeakHashMap<>();
    MemoryFileSystem after = emptyClone();
    Map<Path, Map<String, MemoryFile>> namesAfter = new HashMap<>();
    for (Path directory : sorted(names.keySet())) {
      Map<String, MemoryFile> files = names.getOrDefault(directory, Map.of());
      for (String name : sorted(files.keySet())) {
        MemoryFile file = files.get(name);
        if (file == null) {
          continue;
        }
        MemoryFile survivor =
            survivors.computeIfAbsent(file, lost -> lost.with(survive(lost, keptPercent, random)));
        content.put(survivor, survivor.content().copy());
        after.place(directory.resolve(name), survivor);
        namesAfter.computeIfAbsent(directory, d -> new HashMap<>()).put(name, survivor);
      }
    }
    return new CrashFileSystem(after, namesAfter, content, new ArrayList<>(), new WeakHashMap<>());
  }

  /**
   * The disk as the next process finds it after this one was killed: everything written is there,
   * but what was not synced still is not.
   */
  public synchronized CrashFileSystem killClone() {
    Map<MemoryFile, MemoryFile> copies = new HashMap<>();
    Map<MemoryFile, PagedBytes> content = new WeakHashMap<>();
    MemoryFileSystem after = emptyClone();
    for (Path directory : running.directories()) {
      for (String name : listed(directory)) {
        after.place(directory.resolve(name), copy(held(directory.resolve(name)), copies, content));
      }
    }
    Map<Path, Map<String, MemoryFile>> names = new HashMap<>();
    durableNames.forEach((directory, files) -> {
      Map<String, MemoryFile> copied = new HashMap<>();
      files.forEach((name, file) -> copied.put(name, copy(file, copies, content)));
      names.put(directory, copied);
    });
    List<List<NameEdit>> changes = new ArrayList<>();
    for (List<NameEdit> change : pending) {
      List<NameEdit> copied = new ArrayList<>();
      for (NameEdit edit : change) {
        MemoryFile file = edit.file();
        copied.add(
            new NameEdit(
                edit.directory(), edit.name(), file == null ? null : copy(file, copies, content)));
      }
      changes.add(copied);
    }
    Map<MemoryFile, byte[] @Nullable []> clean = new WeakHashMap<>();
    copies.forEach((file, copy) -> {
      byte[] @Nullable [] pages = onlyInMemory.get(file);
      if (pages != null) {
        clean.put(copy, pages.clone());
      }
    });
    return new CrashFileSystem(after, names, content, changes, clean);
  }

  /**
   * Takes back what was written to {@code file} since its last sync, as Linux may after a failed
   * sync: the pages count as clean, and reading shows what the disk has. The length stays.
   */
  public synchronized void loseUnsynced(Path file) throws IOException {
    PagedBytes content = running.file(file).content();
    PagedBytes synced = synced(running.file(file));
    for (int i = 0; i < content.pageCount(); i++) {
      content.setPage(i, synced.page(i));
    }
  }

  /**
   * Lets what was written to {@code file} since its last sync count as clean without being on the
   * disk, as ext4 and XFS do after a failed sync: reading shows it, later syncs pass over it, and a
   * power cut takes it, unless it is written again.
   *
   * <p><b>Source.</b> Rebello and others, "Can Applications Recover from fsync Failures?", USENIX
   * ATC 2020.
   */
  public synchronized void forgetUnsynced(Path file) throws IOException {
    MemoryFile written = running.file(file);
    PagedBytes content = written.content();
    PagedBytes synced = synced(written);
    byte[] @Nullable [] clean = new byte[content.pageCount()][];
    for (int i = 0; i < clean.length; i++) {
      byte[] page = content.page(i);
      clean[i] = isSame(page, synced.page(i)) ? null : page;
    }
    onlyInMemory.put(written, clean);
  }

  /** Bytes that all files take now, in whole pages, whatever their number of names. */
  public synchronized long allocatedBytes() {
    Set<MemoryFile> files = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Path directory : running.directories()) {
      for (String name : listed(directory)) {
        files.add(held(directory.resolve(name)));
      }
    }
    return files.stream().mapToLong(file -> file.content().allocatedBytes()).sum();
  }

  /** Flips one bit of {@code file}, as if it had been so on the disk for ever. */
  public synchronized void flipBit(Path file, long bit) throws IOException {
    PagedBytes content = running.file(file).content();
    flip(content, bit);
    PagedBytes synced = synced(running.file(file));
    if (bit / Byte.SIZE < synced.size()) {
      flip(synced, bit);
    }
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    observer.accept("create " + name(file));
    synchronized (this) {
      WritableFile created = running.create(file);
      changed(edit(file, running.file(file)));
      return new Writer(file, running.file(file), created);
    }
  }

  @Override
  public WritableFile overwrite(Path file) throws IOException {
    observer.accept("overwrite " + name(file));
    synchronized (this) {
      return new Writer(file, running.file(file), running.overwrite(file));
    }
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return running.open(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    observer.accept("rename " + name(from) + " to " + name(to));
    synchronized (this) {
      MemoryFile moved = running.file(from);
      running.rename(from, to);
      changed(edit(from, null), edit(to, moved));
    }
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    observer.accept("link " + name(existing) + " as " + name(link));
    synchronized (this) {
      running.link(existing, link);
      changed(edit(link, running.file(existing)));
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    observer.accept("delete " + name(file));
    synchronized (this) {
      running.delete(file);
      changed(edit(file, null));
    }
  }

  @Override
  public boolean exists(Path file) {
    return running.exists(file);
  }

  @Override
  public long size(Path file) throws IOException {
    return running.size(file);
  }

  @Override
  public long allocatedBytes(Path file) throws IOException {
    return running.allocatedBytes(file);
  }

  @Override
  public String identity(Path file) throws IOException {
    return running.identity(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return running.list(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    observer.accept("createDirectories " + name(directory));
    running.createDirectories(directory);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    observer.accept("syncDirectory " + name(directory));
    synchronized (this) {
      running.syncDirectory(directory);
      Path synced = MemoryFileSystem.absolute(directory);
      List<List<NameEdit>> left = new ArrayList<>();
      for (List<NameEdit> change : pending) {
        List<NameEdit> elsewhere = new ArrayList<>();
        for (NameEdit edit : change) {
          if (edit.directory().equals(synced)) {
            apply(edit, durableNames);
            left.replaceAll(
                before -> before.stream().filter(e -> !edit.removes(e.directory())).toList());
          } else {
            elsewhere.add(edit);
          }
        }
        if (!elsewhere.isEmpty()) {
          left.add(elsewhere);
        }
      }
      pending.clear();
      pending.addAll(left);
    }
  }

  @Override
  public long freeBytes(Path directory) throws IOException {
    return running.freeBytes(directory);
  }

  @Override
  public FileLock lock(Path file) throws IOException {
    observer.accept("lock " + name(file));
    synchronized (this) {
      FileLock lock = running.lock(file);
      changed(edit(file, running.file(file)));
      return lock;
    }
  }

  /** Whether a page was not written since: it is the same array then. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(byte @Nullable [] page, byte @Nullable [] before) {
    return page == before;
  }

  /** Whether page {@code index}, which shows {@code page}, is not written to the disk any more. */
  private boolean isOnlyInMemory(MemoryFile file, int index, byte @Nullable [] page) {
    byte[] @Nullable [] clean = onlyInMemory.get(file);
    return clean != null && page != null && index < clean.length && isSame(clean[index], page);
  }

  /** What a sync makes of {@code file} on the disk. */
  private PagedBytes written(MemoryFile file) {
    PagedBytes written = file.content().copy();
    PagedBytes before = synced(file);
    for (int i = 0; i < written.pageCount(); i++) {
      if (isOnlyInMemory(file, i, written.page(i))) {
        written.setPage(i, before.page(i));
      }
    }
    return written;
  }

  private PagedBytes survive(MemoryFile file, int keptPercent, Random random) {
    PagedBytes written = file.content();
    PagedBytes synced = synced(file);
    PagedBytes survivor = synced.copy();
    for (int i = 0; i < Math.max(written.pageCount(), synced.pageCount()); i++) {
      byte[] after = written.page(i);
      byte[] before = synced.page(i);
      if (!isSame(after, before)
          && !isOnlyInMemory(file, i, after)
          && random.nextInt(100) < keptPercent) {
        survivor.setPage(i, random.nextInt(8) == 0 ? torn(before, after, random) : after);
      }
    }
    survivor.resize(length(synced.size(), written.size(), keptPercent, random));
    return survivor;
  }

  private static byte[] torn(byte @Nullable [] before, byte @Nullable [] after, Random random) {
    byte[] page = before == null ? new byte[PagedBytes.PAGE_BYTES] : before.clone();
    byte[] source = after == null ? new byte[PagedBytes.PAGE_BYTES] : after;
    for (int at = 0; at < page.length; at += SECTOR_BYTES) {
      if (random.nextBoolean()) {
        System.arraycopy(source, at, page, at, SECTOR_BYTES);
      }
    }
    return page;
  }

  private static long length(long before, long after, int keptPercent, Random random) {
    if (keptPercent == 0 || keptPercent == 100) {
      return keptPercent == 0 ? before : after;
    }
    return switch (random.nextInt(3)) {
      case 0 -> before;
      case 1 -> after;
      default -> Math.min(before, after) + random.nextLong(Math.abs(after - before) + 1);
    };
  }

  private PagedBytes synced(MemoryFile file) {
    return durableContent.computeIfAbsent(file, never -> new PagedBytes());
  }

  private MemoryFileSystem emptyClone() {
    MemoryFileSystem clone = new MemoryFileSystem();
    for (Path directory : running.directories()) {
      try {
        clone.createDirectories(directory);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return clone;
  }

  private MemoryFile copy(
      MemoryFile file, Map<MemoryFile, MemoryFile> copies, Map<MemoryFile, PagedBytes> content) {
    MemoryFile copy =
        copies.computeIfAbsent(file, original -> original.with(original.content().copy()));
    content.put(copy, synced(file).copy());
    return copy;
  }

  private List<String> listed(Path directory) {
    try {
      return running.list(directory);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private MemoryFile held(Path file) {
    try {
      return running.file(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void changed(NameEdit... edits) {
    pending.add(List.of(edits));
  }

  private static NameEdit edit(Path file, @Nullable MemoryFile content) {
    Path absolute = MemoryFileSystem.absolute(file);
    Path directory = absolute.getParent();
    if (directory == null) {
      throw new AssertionError("no file: " + file);
    }
    return new NameEdit(directory, MemoryFileSystem.nameOf(absolute), content);
  }

  private static void apply(NameEdit edit, Map<Path, Map<String, MemoryFile>> names) {
    Map<String, MemoryFile> directory =
        names.computeIfAbsent(edit.directory(), created -> new HashMap<>());
    MemoryFile file = edit.file();
    if (file == null) {
      directory.remove(edit.name());
      names.keySet().removeIf(edit::removes); // with all in it, if it was a directory
    } else {
      directory.put(edit.name(), file);
    }
  }

  /** In an order that does not depend on the run, so that a seed replays. */
  private static <T extends Comparable<T>> List<T> sorted(Set<T> set) {
    return new HashSet<>(set).stream().sorted().toList();
  }

  private static void flip(PagedBytes content, long bit) {
    ByteBuffer one = ByteBuffer.allocate(1);
    content.read(one, bit / Byte.SIZE);
    one.put(0, (byte) (one.get(0) ^ 1 << (bit % Byte.SIZE)));
    one.clear();
    content.write(one, bit / Byte.SIZE);
  }

  private static String name(Path file) {
    return MemoryFileSystem.nameOf(file);
  }

  private final class Writer implements WritableFile {
    private final Path path;
    private final MemoryFile file;
    private final WritableFile beneath;

    Writer(Path path, MemoryFile file, WritableFile beneath) {
      this.path = path;
      this.file = file;
      this.beneath = beneath;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      observer.accept("write " + name(path) + " " + beneath.position() + " + " + bytes.remaining());
      synchronized (CrashFileSystem.this) {
        beneath.write(bytes);
      }
    }

    @Override
    public long position() {
      return beneath.position();
    }

    @Override
    public void preallocate(long length) throws IOException {
      beneath.preallocate(length);
    }

    @Override
    public void truncate(long length) throws IOException {
      observer.accept("truncate " + name(path) + " to " + length);
      synchronized (CrashFileSystem.this) {
        beneath.truncate(length);
      }
    }

    @Override
    public void sync() throws IOException {
      observer.accept("sync " + name(path));
      synchronized (CrashFileSystem.this) {
        beneath.sync();
        durableContent.put(file, written(file));
      }
    }

    @Override
    public void close() throws IOException {
      beneath.close();
    }
  }
}
