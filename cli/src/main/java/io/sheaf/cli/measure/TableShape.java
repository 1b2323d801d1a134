package io.sheaf.cli.measure;

import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Of which files a table is made.
 *
 * @param name name of the table
 * @param runs newest first
 * @param valueFiles by rising number
 * @param separation of what is in the files now; deletes count as rows
 * @param rawBytes bytes of keys and values in the files, before compression
 */
public record TableShape(
    String name,
    List<RunShape> runs,
    List<ValueFileShape> valueFiles,
    Separation separation,
    long rawBytes) {
  /** Copies the lists. */
  public TableShape {
    runs = List.copyOf(runs);
    valueFiles = List.copyOf(valueFiles);
  }

  /**
   * A sorted run.
   *
   * @param id the higher, the newer
   * @param level how often its rows were merged
   * @param files number of SSTables
   * @param sizeBytes their bytes
   * @param rows their entries, deletes included
   * @param separatedRows those of them whose values are in value files
   */
  public record RunShape(
      long id, int level, int files, long sizeBytes, long rows, long separatedRows) {}

  /**
   * A value file.
   *
   * @param number file number
   * @param sizeBytes length of the file
   * @param rawBytes bytes of its values before compression
   * @param liveRawBytes those of them that SSTables refer to
   * @param rows number of its values
   */
  public record ValueFileShape(
      long number, long sizeBytes, long rawBytes, long liveRawBytes, long rows) {
    /** Share of the raw bytes that is live, 0 to 1. */
    public double liveShare() {
      return rawBytes == 0 ? 0 : (double) liveRawBytes / rawBytes;
    }
  }

  /** The tables of a version, in the order of their creation. */
  public static List<TableShape> of(Version version) {
    return version.tablesInOrder().values().stream().map(TableShape::of).toList();
  }

  /** Rows in the files; one that is there in several runs counts several times. */
  public long rows() {
    return separation.rows();
  }

  /** Bytes of the SSTables. */
  public long keyFileBytes() {
    return runs.stream().mapToLong(RunShape::sizeBytes).sum();
  }

  /** Number of SSTables. */
  public int keyFiles() {
    return runs.stream().mapToInt(RunShape::files).sum();
  }

  /** Bytes of the value files. */
  public long valueFileBytes() {
    return valueFiles.stream().mapToLong(ValueFileShape::sizeBytes).sum();
  }

  /** Share of the raw bytes in value files that is live, 0 to 1; 1 where there is no value file. */
  public double liveShare() {
    long raw = valueFiles.stream().mapToLong(ValueFileShape::rawBytes).sum();
    long live = valueFiles.stream().mapToLong(ValueFileShape::liveRawBytes).sum();
    return raw == 0 ? 1 : (double) live / raw;
  }

  /** The table in this state. */
  public static TableShape of(TableState table) {
    List<RunShape> runs = new ArrayList<>();
    Separation separation = new Separation(0, 0, 0, 0);
    long keyBytes = 0;
    for (Run run : table.runs()) {
      Separation ofRun = new Separation(0, 0, 0, 0);
      for (FileMetadata file : run.files()) {
        ofRun = ofRun.plus(separation(file));
        keyBytes += file.rawKeyBytes();
      }
      runs.add(
          new RunShape(
              run.id(),
              run.level(),
              run.files().size(),
              run.sizeBytes(),
              ofRun.rows(),
              ofRun.separatedRows()));
      separation = separation.plus(ofRun);
    }
    return new TableShape(
        table.descriptor().name(),
        runs,
        valueFiles(table),
        separation,
        keyBytes + separation.valueBytes());
  }

  private static Separation separation(FileMetadata file) {
    long separated = file.separatedBytes();
    return new Separation(
        file.entries(), file.separatedRows(), file.inlineBytes() + separated, separated);
  }

  private static List<ValueFileShape> valueFiles(TableState table) {
    Map<Long, Long> live = table.liveRawBytes();
    List<ValueFileShape> files = new ArrayList<>();
    for (ValueFileMetadata file : table.valueFilesInOrder().values()) {
      files.add(
          new ValueFileShape(
              file.number(),
              file.sizeBytes(),
              file.rawBytes(),
              live.getOrDefault(file.number(), 0L),
              file.rows()));
    }
    return files;
  }
}
