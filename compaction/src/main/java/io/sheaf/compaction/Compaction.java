package io.sheaf.compaction;

import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableDescriptor;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is to be done with some files of one table, as the {@link CompactionPicker} decided. The
 * mechanism is {@link CompactionJob}.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public sealed interface Compaction {
  /** The table. */
  TableDescriptor table();

  /** Why. */
  Reason reason();

  /** The files that are replaced, by run, the newest run first. */
  List<InputRun> inputs();

  /**
   * Whether this and another job of the table must not run beside each other: they share a file, or
   * might write overlapping files to the same run.
   */
  default boolean conflictsWith(Compaction other) {
    Set<Long> numbers = new HashSet<>();
    files().forEach(file -> numbers.add(file.number()));
    if (other.files().stream().anyMatch(file -> numbers.contains(file.number()))) {
      return true;
    }
    return outputs().isPresent()
        && outputs().equals(other.outputs())
        && KeyRange.around(files()).overlaps(KeyRange.around(other.files()));
  }

  /** The run that gets new files; empty where none does. */
  default OptionalLong outputs() {
    return switch (this) {
      case Merge merge -> OptionalLong.of(merge.outputRun());
      case Move move -> OptionalLong.of(move.outputRun());
      case Drop drop -> OptionalLong.empty();
    };
  }

  /** Bytes that will be written, roughly. */
  default long writtenBytes() {
    return switch (this) {
      case Merge merge -> merge.estimatedBytes();
      case Move move -> 0;
      case Drop drop -> 0;
    };
  }

  /** All files that are replaced. */
  default List<FileMetadata> files() {
    return inputs().stream().flatMap(run -> run.files().stream()).toList();
  }

  /**
   * Merges the inputs into new files.
   *
   * @param outputRun run that the new files belong to: the oldest input, or an older run that has
   *     no file among their keys, nor has any run between
   * @param outputLevel level of the new files
   * @param oldestRun whether no older run holds a key between the first and last of the inputs:
   *     deletes may go
   * @param evacuated value files to which the new files must not refer
   * @param estimatedBytes bytes that will be written, roughly
   */
  record Merge(
      TableDescriptor table,
      Reason reason,
      List<InputRun> inputs,
      long outputRun,
      int outputLevel,
      boolean oldestRun,
      Set<Long> evacuated,
      long estimatedBytes)
      implements Compaction {
    /** Checks that inputs come newest first and none is older than the output. */
    public Merge {
      inputs = List.copyOf(inputs);
      evacuated = Set.copyOf(evacuated);
      if (inputs.isEmpty() || inputs.getLast().runId() < outputRun) {
        throw new IllegalArgumentException("run " + outputRun + " is newer than the oldest input");
      }
      for (int i = 1; i < inputs.size(); i++) {
        if (inputs.get(i - 1).runId() <= inputs.get(i).runId()) {
          throw new IllegalArgumentException("inputs are not in falling order of their runs");
        }
      }
    }
  }

  /** Hands files that overlap no other input to an older run, without touching their bytes. */
  record Move(TableDescriptor table, Reason reason, List<InputRun> inputs, long outputRun)
      implements Compaction {
    /** Copies the list. */
    public Move {
      inputs = List.copyOf(inputs);
    }
  }

  /** Removes files of which no reader can see a row, without reading them. */
  record Drop(TableDescriptor table, Reason reason, List<InputRun> inputs) implements Compaction {
    /** Copies the list. */
    public Drop {
      inputs = List.copyOf(inputs);
    }
  }
}
