package io.sheaf.engine.inspect;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames.Numbered;
import io.sheaf.lsm.value.ValueFileMetadata;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.Run;
import io.sheaf.lsm.version.TableState;
import io.sheaf.lsm.version.Version;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long the manifest says that files are.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class FileLengths {
  private FileLengths() {}

  /** The length of each SSTable and value file of {@code version}, in bytes. */
  public static Map<Numbered, Long> of(Version version) {
    Map<Numbered, Long> lengths = new LinkedHashMap<>();
    for (TableState table : version.tablesInOrder().values()) {
      for (Run run : table.runs()) {
        for (FileMetadata file : run.files()) {
          lengths.put(new Numbered(file.number(), FileKind.SSTABLE), file.sizeBytes());
        }
      }
      for (ValueFileMetadata file : table.valueFilesInOrder().values()) {
        lengths.put(new Numbered(file.number(), FileKind.VALUES), file.sizeBytes());
      }
    }
    return lengths;
  }
}
