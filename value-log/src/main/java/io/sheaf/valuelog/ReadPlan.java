package io.sheaf.valuelog;

import io.sheaf.valuelog.ReadSpan.Block;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which of the blocks that are asked for come by one read from the device: those that lie near one
 * another in one file, in whatever order they are asked for.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class ReadPlan {
  /** Most bytes between two blocks that are read along rather than passed over. */
  static final int MAX_GAP_BYTES = 16 << 10;

  /** Longest read from the device, unless a single block is longer, in bytes. */
  static final int MAX_SPAN_BYTES = 256 << 10;

  /** A block, and how many come before it in the list that was asked for. */
  private record Ranked(Block block, int rank) {}

  private ReadPlan() {}

  /**
   * The blocks by the read that fetches them: the read that is needed first comes first, and so do
   * the blocks of each. A block that was asked for twice comes once.
   */
  static List<List<Block>> of(List<Block> wanted) {
    List<Ranked> byPlace = new ArrayList<>(wanted.size());
    for (Block block : wanted) {
      byPlace.add(new Ranked(block, byPlace.size()));
    }
    byPlace.sort(
        Comparator.comparingLong((Ranked ranked) -> ranked.block().fileNumber())
            .thenComparingLong(ranked -> ranked.block().offset())
            .thenComparingInt(Ranked::rank));
    List<List<Ranked>> reads = new ArrayList<>();
    List<Ranked> read = new ArrayList<>();
    for (Ranked next : byPlace) {
      if (!read.isEmpty()) {
        Block previous = read.getLast().block();
        if (previous.equals(next.block())) {
          continue;
        }
        if (!joins(read.getFirst().block(), previous, next.block())) {
          reads.add(read);
          read = new ArrayList<>();
        }
      }
      read.add(next);
    }
    if (!read.isEmpty()) {
      reads.add(read);
    }
    reads.forEach(each -> each.sort(Comparator.comparingInt(Ranked::rank)));
    reads.sort(Comparator.comparingInt(each -> each.getFirst().rank()));
    return reads.stream().map(each -> each.stream().map(Ranked::block).toList()).toList();
  }

  private static boolean joins(Block first, Block previous, Block next) {
    return next.fileNumber() == previous.fileNumber()
        && next.offset() >= previous.end()
        && next.offset() - previous.end() <= MAX_GAP_BYTES
        && next.end() - first.offset() <= MAX_SPAN_BYTES;
  }
}
