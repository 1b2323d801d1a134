package io.sheaf.server.command;

import io.sheaf.server.wire.Request;
import java.util.ArrayList;
import java.util.List;

/** Which arguments of a request are keys. */
@FunctionalInterface
public interface KeyPositions {
  /** None. */
  KeyPositions NONE = request -> List.of();

  /** Indexes of the keys; a request that is not well formed has some of them or none. */
  List<Integer> of(Request request);

  /** From {@code first} to {@code last} (negative: from the end), each {@code step}-th. */
  static KeyPositions range(int first, int last, int step) {
    if (first == last) {
      List<Integer> one = List.of(first);
      return request -> request.count() > first ? one : List.of();
    }
    return request -> {
      List<Integer> positions = new ArrayList<>();
      int end = last < 0 ? request.count() + last : Math.min(last, request.count() - 1);
      for (int i = first; i <= end; i += step) {
        positions.add(i);
      }
      return positions;
    };
  }
}
