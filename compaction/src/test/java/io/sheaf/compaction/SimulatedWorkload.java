package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionLimits;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableDescriptor;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * The standard workload without I/O: a sample of the users, whose groups are followed through
 * flushes and merges as numbers of bytes, and scaled up to all users. Groups are separated and
 * packed by the rules of {@code compact.GroupSeparation}.
 */
final class SimulatedWorkload {
  private static final int SAMPLE = 500;
  private static final int FLUSH_ROWS = 600_000;
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 411;
  private static final int TARGET = 32 << 10;
  private static final long INLINE = -1;
  private static final double INLINE_RATIO = 0.46;
  private static final double STORED_KEY_BYTES = 5;
  private static final double STORED_REFERENCE_BYTES = 20;

  /** A user's rows in one file: values inline, and blocks with where they lie. */
  private record Group(long rows, long inlineBytes, List<Block> blocks) {}

  private record Block(long file, long bytes) {}

  private final Random random;
  private final int users;
  private final int separationBytes;
  private final CompactionLimits limits;
  private final CompactionPicker picker;
  private final Map<Long, Group[]> contents = new HashMap<>();
  private TableState table;
  private long nextNumber = 1;
  private long lastId;

  long userBytes;
  long flushBytes;
  long majorBytes;
  int mostRuns;

  SimulatedWorkload(int users, int separationBytes, CompactionLimits limits, long seed) {
    this.users = users;
    this.separationBytes = separationBytes;
    this.limits = limits;
    this.picker = new CompactionPicker(limits);
    this.random = new Random(seed);
    this.table = TableState.empty(new TableDescriptor(1, "messages", TableOptions.DEFAULT));
  }

  int runs() {
    return table.runs().size();
  }

  double flushAmplification() {
    return (double) flushBytes / userBytes;
  }

  double majorAmplification() {
    return (double) majorBytes / userBytes;
  }

  /** One flush, and all that the picker wants done after it. */
  void flush() {
    Group[] groups = new Group[SAMPLE];
    long rows = 0;
    for (int user = 0; user < SAMPLE; user++) {
      groups[user] = separate(List.of(inline(poisson(rowsPerFlush(user)))), Set.of());
      rows += groups[user].rows();
    }
    lastId += FLUSH_ROWS;
    userBytes += scaled(rows * (KEY_BYTES + VALUE_BYTES));
    flushBytes += add(nextNumber++, 0, groups, 0, SAMPLE, lastId - FLUSH_ROWS, Set.of());
    compact(PickContext.at(1));
    mostRuns = Math.max(mostRuns, runs());
  }

  /** Does what the picker wants until it wants nothing; returns the number of jobs. */
  int compact(PickContext context) {
    int jobs = 0;
    for (List<Compaction> picked = picker.pick(table, context);
        !picked.isEmpty();
        picked = picker.pick(table, context)) {
      for (Compaction job : picked) {
        switch (job) {
          case Compaction.Merge merge -> merge(merge);
          case Compaction.Move move -> throw new AssertionError("nothing to move: " + move);
          case Compaction.Drop drop -> throw new AssertionError("nothing to drop: " + drop);
        }
        if (++jobs > 1_000) {
          throw new AssertionError("no end of compactions: " + job);
        }
      }
    }
    return jobs;
  }

  private double rowsPerFlush(int user) {
    double rank = (user + 0.5) / SAMPLE;
    double share = rank < 0.06 ? 0.5 / 0.06 : rank < 0.2 ? 0.24 / 0.14 : 0.26 / 0.8;
    return FLUSH_ROWS * share / users;
  }

  private long poisson(double mean) {
    if (mean > 50) {
      return Math.max(0, Math.round(mean + random.nextGaussian() * Math.sqrt(mean)));
    }
    double limit = Math.exp(-mean);
    long count = 0;
    for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  private static Group inline(long rows) {
    return new Group(rows, rows * VALUE_BYTES, List.of());
  }

  private long scaled(long count) {
    return count * users / SAMPLE;
  }

  private long scaled(double bytes) {
    return (long) (bytes * users / SAMPLE);
  }

  /** Merges parts of one group, oldest first; new blocks get the file number 0. */
  private Group separate(List<Group> parts, Set<Long> evacuated) {
    long rows = parts.stream().mapToLong(Group::rows).sum();
    List<Block> pieces = new ArrayList<>();
    for (Group part : parts) {
      pieces.addAll(part.blocks());
      if (part.inlineBytes() > 0) {
        pieces.add(new Block(INLINE, part.inlineBytes()));
      }
    }
    long inline = 0;
    List<Block> blocks = new ArrayList<>();
    List<Block> stretch = new ArrayList<>();
    for (Block piece : pieces) {
      if (stays(piece, evacuated) && piece.bytes() >= TARGET / 2) {
        inline += pack(stretch, evacuated, blocks);
        stretch.clear();
        blocks.add(piece);
      } else {
        stretch.add(piece);
      }
    }
    inline += pack(stretch, evacuated, blocks);
    return new Group(rows, inline, blocks);
  }

  private static boolean stays(Block piece, Set<Long> evacuated) {
    return piece.file() != INLINE && !evacuated.contains(piece.file());
  }

  /** Packs what lies between two full blocks; returns the bytes that stay inline. */
  private long pack(List<Block> stretch, Set<Long> evacuated, List<Block> blocks) {
    long bytes = stretch.stream().mapToLong(Block::bytes).sum();
    long largest = stretch.stream().mapToLong(Block::bytes).max().orElse(0);
    boolean moving = stretch.stream().anyMatch(piece -> evacuated.contains(piece.file()));
    if (stretch.size() > 1
        && (bytes >= TARGET / 2 || largest * 2 <= bytes || moving)
        && bytes >= separationBytes) {
      cut(bytes, blocks);
      return 0;
    }
    long inline = 0;
    for (Block piece : stretch) {
      if (stays(piece, evacuated)) {
        blocks.add(piece);
      } else if (piece.bytes() >= separationBytes) {
        cut(piece.bytes(), blocks);
      } else {
        inline += piece.bytes();
      }
    }
    return inline;
  }

  private static void cut(long bytes, List<Block> blocks) {
    long left = bytes;
    while (left >= TARGET * 3 / 2) {
      blocks.add(new Block(0, TARGET));
      left -= TARGET;
    }
    blocks.add(new Block(0, left));
  }

  private static double valueRatio(long blockBytes) {
    return blockBytes < 6_000
        ? 0.54
        : blockBytes < 12_000 ? 0.49 : blockBytes < 24_000 ? 0.45 : 0.43;
  }

  private void merge(Compaction.Merge merge) {
    List<Group[]> inputs = new ArrayList<>();
    for (InputRun run : merge.inputs().reversed()) {
      for (FileMetadata file : run.files()) {
        inputs.add(contents.get(file.number()));
      }
    }
    Group[] groups = new Group[SAMPLE];
    for (int user = 0; user < SAMPLE; user++) {
      List<Group> parts = new ArrayList<>();
      for (Group[] input : inputs) {
        if (input[user] != null) {
          parts.add(input[user]);
        }
      }
      groups[user] = separate(parts, merge.evacuated());
    }
    Set<Long> gone = new HashSet<>();
    merge.files().forEach(file -> gone.add(file.number()));
    KeyRange range = KeyRange.around(merge.files());
    int first = (int) range.smallest().longAt(0);
    int end = (int) range.largest().longAt(0) + 1;
    majorBytes += add(merge.outputRun(), merge.outputLevel(), groups, first, end, 0, gone);
  }

  /** Adds files to a run and takes others away; returns the bytes written. */
  private long add(
      long runId, int level, Group[] groups, int first, int end, long firstId, Set<Long> gone) {
    Map<Long, ValueFileMetadata> valueFiles = new HashMap<>(table.valueFiles());
    TreeMap<Long, List<FileMetadata>> runs = new TreeMap<>();
    for (Run run : table.runs()) {
      for (FileMetadata file : run.files()) {
        if (!gone.contains(file.number())) {
          runs.computeIfAbsent(run.id(), id -> new ArrayList<>()).add(file);
        }
      }
    }
    long written = 0;
    int from = first;
    while (from < end) {
      long number = nextNumber++;
      long valueNumber = nextNumber++;
      double keyBytes = 0;
      double newStored = 0;
      long newRaw = 0;
      long rows = 0;
      long inline = 0;
      long references = 0;
      Map<Long, Long> shares = new TreeMap<>();
      Group[] content = new Group[SAMPLE];
      int to = from;
      for (; to < end && scaled(keyBytes) < limits.targetFileBytes(); to++) {
        List<Block> blocks = new ArrayList<>();
        for (Block block : groups[to].blocks()) {
          if (block.file() == 0) {
            newStored += block.bytes() * valueRatio(block.bytes());
            newRaw += block.bytes();
          }
          long file = block.file() == 0 ? valueNumber : block.file();
          blocks.add(new Block(file, block.bytes()));
          shares.merge(file, block.bytes(), Long::sum);
        }
        rows += groups[to].rows();
        inline += groups[to].inlineBytes();
        references += blocks.size();
        keyBytes +=
            groups[to].rows() * STORED_KEY_BYTES
                + blocks.size() * STORED_REFERENCE_BYTES
                + groups[to].inlineBytes() * INLINE_RATIO;
        content[to] = new Group(groups[to].rows(), groups[to].inlineBytes(), blocks);
      }
      contents.put(number, content);
      List<FileMetadata.ValueShare> valueShares = new ArrayList<>();
      shares.forEach((file, raw) ->
          valueShares.add(
              new FileMetadata.ValueShare(file, scaled(raw), scaled(raw) / VALUE_BYTES)));
      runs.computeIfAbsent(runId, id -> new ArrayList<>())
          .add(
              new FileMetadata(
                  number,
                  level,
                  scaled(keyBytes),
                  scaled(rows),
                  0,
                  0,
                  key(from, firstId),
                  key(to - 1, lastId),
                  number(firstId),
                  number(lastId),
                  firstId,
                  lastId,
                  0,
                  0,
                  scaled(rows * KEY_BYTES),
                  scaled(inline),
                  scaled(rows) - scaled(inline) / VALUE_BYTES,
                  scaled(references),
                  valueShares));
      if (newRaw > 0) {
        valueFiles.put(
            valueNumber,
            new ValueFileMetadata(
                valueNumber,
                1,
                scaled(newStored),
                scaled(newRaw),
                scaled(newRaw) / VALUE_BYTES,
                0,
                0));
      }
      written += scaled(keyBytes + newStored);
      from = to;
    }
    gone.forEach(contents::remove);
    Set<Long> referred = new HashSet<>();
    List<Run> newest = new ArrayList<>();
    runs.descendingMap()
        .forEach((id, files) -> {
          files.sort(Comparator.comparing(FileMetadata::smallestKey));
          newest.add(new Run(id, files));
          for (FileMetadata file : files) {
            file.shares().forEach(share -> referred.add(share.valueFile()));
          }
        });
    valueFiles.keySet().retainAll(referred);
    table = new TableState(table.descriptor(), newest, valueFiles);
    return written;
  }

  private static Slice key(long user, long id) {
    return Slice.of(ByteBuffer.allocate(16).putLong(user).putLong(id).array());
  }

  private static Slice number(long id) {
    return Slice.of(ByteBuffer.allocate(8).putLong(id).array());
  }
}
