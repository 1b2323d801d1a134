package io.sheaf.engine.repair;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.inspect.Findings;
import io.sheaf.engine.inspect.OwnTrouble;
import io.sheaf.engine.inspect.StoreSurvey;
import io.sheaf.engine.repair.MendedFileSystem.Mend;
import io.sheaf.lsm.coding.Dictionary;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.sstable.DictionarySalvage;
import io.sheaf.lsm.version.TableState;
import io.sheaf.valuelog.BeginningSalvage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Gives SSTables and value files back the dictionary that is damaged in them, from another file of
 * the store that holds the same one: without it, nothing of such a file can be read, though all of
 * its blocks are whole. Also gives a value file back its header and the number of its table.
 *
 * <p>Only what the file itself confirms is taken, by a checksum or by the bytes that are left.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class DictionaryCopies {
  private final FileSystem disk;
  private final StoreSurvey survey;
  private final Findings damages;
  private final List<Damaged> open = new ArrayList<>();
  private final Map<Path, Mend> mends = new HashMap<>();

  /** A file whose beginning cannot be read. */
  private record Damaged(Numbered file, Path path, IOException damage) {
    String name() {
      return String.valueOf(path.getFileName());
    }
  }

  private DictionaryCopies(FileSystem disk, StoreSurvey survey, Findings damages) {
    this.disk = disk;
    this.survey = survey;
    this.damages = damages;
  }

  /**
   * The file system as the store was before beginnings of its files were damaged, as far as others
   * tell.
   *
   * @param damages are told what is damaged and was given back; the rest is left to who reads it
   */
  static FileSystem mended(FileSystem disk, StoreSurvey survey, Findings damages)
      throws IOException {
    DictionaryCopies copies = new DictionaryCopies(disk, survey, damages);
    copies.each((file, path, opened) -> copies.note(file, path, opened));
    if (!copies.open.isEmpty()) {
      copies.rebuildWith(null, "");
      copies.each((file, path, opened) -> copies.offer(file, path, opened));
    }
    return copies.mends.isEmpty() ? disk : new MendedFileSystem(disk, copies.mends);
  }

  /** Does something with an open file. */
  @FunctionalInterface
  private interface Step {
    void take(Numbered file, Path path, ReadableFile opened) throws IOException;
  }

  private void each(Step step) throws IOException {
    for (Numbered file : survey.files()) {
      if (file.kind() == FileKind.VALUES || file.kind() == FileKind.SSTABLE) {
        Path path = survey.path(file.kind(), file.number());
        try (ReadableFile opened = disk.open(path)) {
          step.take(file, path, opened);
        } catch (IOException unreadable) { // who reads all of it says what is lost with it
          OwnTrouble.throwIfSo(unreadable);
        }
      }
    }
  }

  /** What is wrong with a file where a dictionary stands, and the dictionary that does. */
  private record Found(@Nullable IOException damage, @Nullable Dictionary dictionary) {}

  private static Found look(Numbered file, Path path, ReadableFile opened) throws IOException {
    if (file.kind() == FileKind.VALUES) {
      BeginningSalvage.Found found = BeginningSalvage.look(path.toString(), opened, file.number());
      return new Found(found.damage(), found.dictionary());
    }
    DictionarySalvage.Found found = DictionarySalvage.look(path.toString(), opened, file.number());
    return new Found(found.damage(), found.dictionary());
  }

  private void note(Numbered file, Path path, ReadableFile opened) throws IOException {
    IOException damage = look(file, path, opened).damage();
    if (damage != null) {
      open.add(new Damaged(file, path, damage));
    }
  }

  private void offer(Numbered file, Path path, ReadableFile opened) throws IOException {
    if (!open.isEmpty()) {
      Dictionary dictionary = look(file, path, opened).dictionary();
      if (dictionary != null) {
        rebuildWith(dictionary, FileNames.of(file.kind(), file.number()));
      }
    }
  }

  /** Gives the damaged files this dictionary that have had it; null: their own, or none. */
  private void rebuildWith(@Nullable Dictionary dictionary, String from) throws IOException {
    for (Iterator<Damaged> each = open.iterator(); each.hasNext(); ) {
      Damaged damaged = each.next();
      Optional<Mend> mend = Optional.empty();
      try (ReadableFile opened = disk.open(damaged.path)) {
        mend = rebuilt(damaged.file, opened, dictionary);
      } catch (IOException unreadable) {
        OwnTrouble.throwIfSo(unreadable);
      }
      if (mend.isPresent()) {
        mends.put(damaged.path, mend.get());
        each.remove();
        Finding finding = Finding.of(damaged.name(), damaged.damage, null);
        damages.add(
            new Finding(
                finding.file(),
                finding.offset(),
                finding.problem()
                    + (dictionary == null
                        ? "; what stood there is known"
                        : "; the dictionary was taken from " + from + ", which has the same"),
                null));
      }
    }
  }

  private Optional<Mend> rebuilt(
      Numbered file, ReadableFile opened, @Nullable Dictionary dictionary) throws IOException {
    if (file.kind() == FileKind.VALUES) {
      OptionalInt table = BeginningSalvage.tableId(opened, file.number());
      if (table.isEmpty()) {
        table = statedTable(file.number());
      }
      Dictionary had =
          dictionary == null
              ? BeginningSalvage.dictionary(opened, file.number()).orElse(null)
              : dictionary;
      return table.isEmpty()
          ? Optional.empty()
          : BeginningSalvage.rebuild(opened, file.number(), table.getAsInt(), had)
              .map(bytes -> new Mend(0, bytes));
    }
    return dictionary == null
        ? Optional.empty()
        : DictionarySalvage.rebuild(opened, file.number(), dictionary)
            .map(bytes -> new Mend(DictionarySalvage.OFFSET, bytes));
  }

  /** The table of a value file, as the manifest says. */
  private OptionalInt statedTable(long number) {
    return survey.version().tables().values().stream()
        .filter(table -> table.valueFiles().containsKey(number))
        .mapToInt((TableState table) -> table.descriptor().id())
        .findFirst();
  }
}
