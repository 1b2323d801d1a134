package io.sheaf.compaction;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.compact.CompactionHost;
import io.sheaf.lsm.cursor.InternalCursor;
import io.sheaf.lsm.cursor.ScanBounds;
import io.sheaf.lsm.key.PrefixExtractor;
import io.sheaf.lsm.version.FileMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Cuts a merge into key ranges of about the same work, for threads that run beside each other. The
 * cuts fall between groups, so that no group is packed in two halves.
 *
 * <p>Each input is asked for the keys it has at evenly spaced places between its first and last;
 * each answer stands for an even part of the file. Where keys are spaced unevenly the ranges are
 * uneven too, which costs time and nothing else.
 */
final class KeySplit {
  private static final int SAMPLES_OF_FILE = 16;

  private KeySplit() {}

  /** At most {@code parts - 1} keys at which ranges begin, rising. */
  static List<Slice> boundaries(
      CompactionHost host, List<FileMetadata> files, PrefixExtractor extractor, int parts)
      throws IOException {
    TreeMap<Slice, Long> weights = new TreeMap<>();
    long total = 0;
    for (FileMetadata file : files) {
      long weight = file.sizeBytes() / SAMPLES_OF_FILE;
      for (Slice sample : samples(host, file, extractor)) {
        weights.merge(sample, weight, Long::sum);
        total += weight;
      }
    }
    List<Slice> boundaries = new ArrayList<>();
    Slice first = KeyRange.around(files).smallest();
    long before = 0;
    for (var sample : weights.entrySet()) {
      long due = total * (boundaries.size() + 1) / parts;
      if (boundaries.size() < parts - 1 && before >= due && sample.getKey().compareTo(first) > 0) {
        boundaries.add(sample.getKey());
      }
      before += sample.getValue();
    }
    return boundaries;
  }

  private static List<Slice> samples(
      CompactionHost host, FileMetadata file, PrefixExtractor extractor) throws IOException {
    List<Slice> samples = new ArrayList<>();
    ScanBounds bounds =
        new ScanBounds(ScanBounds.Direction.FORWARD, null, null, SAMPLES_OF_FILE, false);
    try (InternalCursor cursor = host.reader(file).cursor(bounds)) {
      for (int i = 0; i < SAMPLES_OF_FILE; i++) {
        cursor.seek(between(file.smallestKey(), file.largestKey(), i, SAMPLES_OF_FILE));
        if (cursor.valid()) {
          Slice key = cursor.key();
          samples.add(Slice.copyOf(new Slice().set(key, 0, extractor.prefixLength(key))));
        }
      }
    }
    return samples;
  }

  /** A key {@code i / n} of the way from {@code first} to {@code last}, as numbers. */
  static Slice between(Slice first, Slice last, int i, int n) {
    int common = first.commonPrefixLength(last);
    long from = tail(first, common).head() >>> 1;
    long to = tail(last, common).head() >>> 1;
    byte[] key = new byte[common + Long.BYTES];
    new Slice().set(first, 0, common).copyTo(key, 0);
    ByteBuffer.wrap(key).putLong(common, (from + (to - from) / n * i) << 1);
    return Slice.of(key);
  }

  private static Slice tail(Slice key, int from) {
    return new Slice().set(key, from, key.length() - from);
  }
}
