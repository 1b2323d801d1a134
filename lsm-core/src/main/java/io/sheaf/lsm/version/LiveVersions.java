package io.sheaf.lsm.version;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames.Numbered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest version and the older ones that are still pinned, and which files only those need.
 *
 * <p>Versions are counted. A file lives from the version that added it (its birth) up to the one
 * that is first without it (its death); it is obsolete once no live version lies in between. So a
 * step costs what its edit holds, and a cursor that stays open for hours keeps the files of its own
 * version, not those that came and went since.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads; {@link #pin} takes no lock. {@link
 * #install} is called by one thread at a time.
 */
final class LiveVersions {
  private static final Logger LOG = LoggerFactory.getLogger(LiveVersions.class);

  private final ObsoleteFiles listener;
  private final Object lock = new Object();
  private final TreeMap<Long, Live> live = new TreeMap<>(); // guarded by lock
  private final Map<Long, Long> births = new HashMap<>(); // guarded by lock; absent: before all
  private final List<Dead> dead = new ArrayList<>(); // guarded by lock
  private boolean closed; // guarded by lock
  private volatile Live newest;

  /** Begins with {@code version}. The listener is told of what becomes obsolete. */
  LiveVersions(Version version, ObsoleteFiles listener) {
    this.listener = listener;
    this.newest = new Live(0, version);
    live.put(0L, newest);
  }

  /** A file that the newest version is without. */
  private record Dead(FileKind kind, long number, long birth, long death) {}

  /** One version; counts its pins, and one reference more while it is the newest. */
  private static final class Live {
    final long index;
    final Version version;
    final AtomicInteger references = new AtomicInteger(1);

    Live(long index, Version version) {
      this.index = index;
      this.version = version;
    }

    boolean tryRetain() {
      int count = references.get();
      while (count > 0) {
        int found = references.compareAndExchange(count, count + 1);
        if (found == count) {
          return true;
        }
        count = found;
      }
      return false;
    }
  }

  /** A reference to a version, given back once. */
  private final class Pin implements PinnedVersion {
    private final Live pinned;
    private final AtomicBoolean closed = new AtomicBoolean();

    Pin(Live pinned) {
      this.pinned = pinned;
    }

    @Override
    public Version version() {
      return pinned.version;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        release(pinned);
      }
    }
  }

  Version newest() {
    return newest.version;
  }

  PinnedVersion pin() {
    while (true) {
      Live candidate = newest;
      if (candidate.tryRetain()) {
        return new Pin(candidate);
      } // it was replaced, and its last pin closed, since it was read
    }
  }

  /** Makes the step's version the newest; the caller closes the one before it, locks given up. */
  PinnedVersion install(VersionStep step) {
    Live previous = newest;
    Live next = new Live(previous.index + 1, step.version());
    synchronized (lock) {
      live.put(next.index, next);
      step.added().keySet().forEach(number -> births.put(number, next.index));
      step.removed()
          .forEach((number, kind) -> {
            Long birth = births.remove(number);
            dead.add(new Dead(kind, number, birth == null ? 0 : birth, next.index));
          });
      newest = next;
    }
    return new Pin(previous);
  }

  /** SSTables and value files that a live version has. */
  Set<Numbered> files() {
    Set<Numbered> files = new HashSet<>();
    synchronized (lock) {
      for (Live one : live.values()) {
        for (TableState table : one.version.tables().values()) {
          for (Run run : table.runs()) {
            run.files().forEach(file -> files.add(new Numbered(file.number(), FileKind.SSTABLE)));
          }
          table.valueFiles().keySet().forEach(n -> files.add(new Numbered(n, FileKind.VALUES)));
        }
      }
    }
    return files;
  }

  /** From now on the listener is told nothing: another opener may own the directory. */
  void close() {
    synchronized (lock) {
      closed = true;
    }
  }

  /** Tells the listener; what it throws is logged, so that no caller takes it for its own. */
  void tell(FileKind kind, long number) {
    try {
      listener.obsolete(kind, number);
    } catch (RuntimeException failure) {
      LOG.error("{} {} is obsolete and was not removed", kind, number, failure);
    }
  }

  private void release(Live version) {
    if (version.references.decrementAndGet() > 0) {
      return;
    }
    List<Dead> obsolete = new ArrayList<>();
    synchronized (lock) {
      live.remove(version.index);
      for (Iterator<Dead> files = dead.iterator(); files.hasNext(); ) {
        Dead file = files.next();
        Long holder = live.ceilingKey(file.birth());
        if (holder == null || holder >= file.death()) {
          files.remove();
          obsolete.add(file);
        }
      }
      if (closed) {
        return;
      }
    }
    obsolete.forEach(file -> tell(file.kind(), file.number()));
  }
}
