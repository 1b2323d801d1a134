package io.sheaf.cli.shape;

import io.sheaf.engine.inspect.Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The groups of a table by size and by how scattered they are, gathered one by one in memory that
 * does not depend on how many there are.
 *
 * <p>Sizes are counted in classes, {@value #CLASSES_A_DOUBLING} to each doubling, so shares of the
 * largest groups are exact to a few per cent.
 *
 * <p><em>Thread safety:</em> none.
 */
final class GroupShape {
  /** Number of groups that are kept by name. */
  static final int TOP = 20;

  private static final int CLASSES_A_DOUBLING = 8;
  private static final int CLASSES = 64 * CLASSES_A_DOUBLING;
  private static final double LOG_2 = Math.log(2);

  /** Upper ends of the bars of the histogram of sizes, in bytes, but for the last. */
  private static final long[] SIZE_ENDS = {
    1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20
  };

  /** Upper ends of the bars of the histogram of pieces, but for the last. */
  private static final long[] PIECE_ENDS = {1, 2, 4, 8, 16, 32, 64};

  private final long[] classGroups = new long[CLASSES];
  private final long[] classBytes = new long[CLASSES];
  private final Bar[] sizes = bars(SIZE_ENDS);
  private final Bar[] pieces = bars(PIECE_ENDS);
  private final PriorityQueue<Group> top =
      new PriorityQueue<>(Comparator.comparingLong(Group::rawBytes));
  private long groups;
  private long entries;
  private long rawBytes;
  private long separatedBytes;
  private long blocks;
  private long piecesInAll;

  GroupShape() {}

  /**
   * Groups up to a size, or up to a number of pieces.
   *
   * @param end the highest that counts here; {@link Long#MAX_VALUE}: there is no end
   */
  record Bar(long end, long groups, long entries, long rawBytes) {
    private Bar plus(Group group) {
      return new Bar(end, groups + 1, entries + group.entries(), rawBytes + group.rawBytes());
    }
  }

  /**
   * What the largest groups have.
   *
   * @param groupShare share of the groups, 0 to 1
   * @param byteShare their share of the bytes, 0 to 1
   */
  record Share(double groupShare, double byteShare) {}

  private static Bar[] bars(long[] ends) {
    Bar[] bars = new Bar[ends.length + 1];
    for (int i = 0; i < bars.length; i++) {
      bars[i] = new Bar(i < ends.length ? ends[i] : Long.MAX_VALUE, 0, 0, 0);
    }
    return bars;
  }

  /** Counts a group. */
  void add(Group group) {
    groups++;
    entries += group.entries();
    rawBytes += group.rawBytes();
    separatedBytes += group.separatedBytes();
    blocks += group.blocks();
    piecesInAll += group.pieces();
    int sizeClass = classOf(group.rawBytes());
    classGroups[sizeClass]++;
    classBytes[sizeClass] += group.rawBytes();
    count(sizes, group.rawBytes(), group);
    count(pieces, group.pieces(), group);
    top.add(group);
    if (top.size() > TOP) {
      top.remove();
    }
  }

  private static void count(Bar[] bars, long value, Group group) {
    int at = 0;
    while (value > bars[at].end()) {
      at++;
    }
    bars[at] = bars[at].plus(group);
  }

  private static int classOf(long bytes) {
    double doublings = Math.log((double) Math.max(1, bytes)) / LOG_2;
    return (int) Math.min(CLASSES - 1, doublings * CLASSES_A_DOUBLING);
  }

  long groups() {
    return groups;
  }

  long entries() {
    return entries;
  }

  long rawBytes() {
    return rawBytes;
  }

  /** Bytes of values in an average value block, before compression; 0: there are none. */
  long meanBlockBytes() {
    return blocks == 0 ? 0 : separatedBytes / blocks;
  }

  /** Places that a read of a whole group goes to, on average. */
  double meanPieces() {
    return groups == 0 ? 0 : (double) piecesInAll / groups;
  }

  /** Groups by raw size in bytes. */
  List<Bar> sizes() {
    return List.of(sizes);
  }

  /** Groups by the number of places that a read of all of one goes to. */
  List<Bar> pieces() {
    return List.of(pieces);
  }

  /** The largest groups, largest first. */
  List<Group> top() {
    List<Group> largest = new ArrayList<>(top);
    largest.sort(Comparator.comparingLong(Group::rawBytes).reversed());
    return largest;
  }

  /** Share of the bytes that the largest groups have: a point for each class of sizes. */
  List<Share> skew() {
    List<Share> points = new ArrayList<>();
    points.add(new Share(0, 0));
    long passedGroups = 0;
    long passedBytes = 0;
    for (int i = CLASSES - 1; i >= 0; i--) {
      if (classGroups[i] > 0) {
        passedGroups += classGroups[i];
        passedBytes += classBytes[i];
        points.add(
            new Share(
                (double) passedGroups / groups,
                rawBytes == 0 ? 0 : (double) passedBytes / rawBytes));
      }
    }
    return points;
  }

  /** Share of the bytes that so large a share of the groups has, the largest ones. */
  double byteShareOfLargest(double groupShare) {
    Share before = new Share(0, 0);
    for (Share point : skew()) {
      if (point.groupShare() >= groupShare) {
        double step = point.groupShare() - before.groupShare();
        double part = step == 0 ? 1 : (groupShare - before.groupShare()) / step;
        return before.byteShare() + part * (point.byteShare() - before.byteShare());
      }
      before = point;
    }
    return before.byteShare();
  }
}
