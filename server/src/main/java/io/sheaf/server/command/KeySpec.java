package io.sheaf.server.command;

import io.sheaf.server.wire.Request;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A range of arguments of a command that are keys, and what is done with them.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param flags what is done with them
 * @param keyword the word behind which the keys begin; null: they begin at {@code start}
 * @param start index of the first key, or of the first argument that may be the keyword
 * @param last of the last key, counted from the first; -1: to the end
 * @param step from one key to the next
 * @param limit 0: none; 2: the first half of the range
 * @param tells whether a request tells what its keys hold; null: as {@code flags} say
 */
public record KeySpec(
    Set<KeyFlag> flags,
    @Nullable String keyword,
    int start,
    int last,
    int step,
    int limit,
    @Nullable Predicate<Request> tells) {
  /** Takes a copy of the flags. */
  public KeySpec {
    flags = Set.copyOf(flags);
  }

  /** Keys from the argument {@code start} on. */
  public static KeySpec at(int start, int last, int step, KeyFlag first, KeyFlag... others) {
    return new KeySpec(EnumSet.of(first, others), null, start, last, step, 0, null);
  }

  /** Keys in the first half of what is behind a word. */
  public static KeySpec behind(String keyword, int start, KeyFlag first, KeyFlag... others) {
    return new KeySpec(EnumSet.of(first, others), keyword, start, -1, 1, 2, null);
  }

  /** The same, telling what its keys hold only in the requests that {@code tells} finds. */
  public KeySpec tellingIf(Predicate<Request> tells) {
    return new KeySpec(flags, keyword, start, last, step, limit, tells);
  }

  /** Whether {@code request} tells what its keys hold, so that a user must be allowed to read. */
  public boolean reads(Request request) {
    Predicate<Request> found = tells;
    return found == null ? flags.contains(KeyFlag.ACCESS) : found.test(request);
  }

  /** Whether it changes what its keys hold, so that a user must be allowed to write. */
  public boolean writes() {
    return flags.contains(KeyFlag.UPDATE)
        || flags.contains(KeyFlag.INSERT)
        || flags.contains(KeyFlag.DELETE);
  }

  /** The flags that hold for {@code request}, in the order in which they are shown. */
  public List<KeyFlag> flagsIn(Request request) {
    EnumSet<KeyFlag> shown = EnumSet.copyOf(flags);
    if (shown.remove(KeyFlag.VARIABLE_FLAGS) && !reads(request)) {
      shown.remove(KeyFlag.RW);
      shown.remove(KeyFlag.ACCESS);
      shown.add(KeyFlag.OW);
    }
    return List.copyOf(shown);
  }

  /** The flags in the order in which they are shown. */
  public List<KeyFlag> flagsShown() {
    return List.copyOf(EnumSet.copyOf(flags));
  }
}
