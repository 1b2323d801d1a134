package io.sheaf.engine.inspect;

import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.wal.LogReader;
import java.io.IOException;

/**
 * Finds out of which store the logs in a directory must be: the manifest says it; where there is
 * none, the newest log that names a store does.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class LogOwner {
  private LogOwner() {}

  /**
   * The store that a survey has found.
   *
   * @throws IOException when a log cannot be opened for a reason that is no damage
   */
  public static StoreId of(FileSystem fileSystem, StoreSurvey survey) throws IOException {
    StoreId said = survey.version().store();
    if (survey.whole() && said.isKnown()) {
      return said;
    }
    int owner = said.value();
    long firstNamed = 0; // logs before the first that names the store are older than its id
    for (long number : survey.numbers(FileKind.LOG).reversed()) {
      int named = named(fileSystem, survey, number);
      owner = owner == 0 ? named : owner;
      firstNamed = named != 0 && named == owner ? number : firstNamed;
    }
    return owner == 0 ? StoreId.NONE : StoreId.of(owner).from(firstNamed);
  }

  private static int named(FileSystem fileSystem, StoreSurvey survey, long number)
      throws IOException {
    try (LogReader log = LogReader.open(fileSystem, survey.directory(), number)) {
      return log.storeId();
    } catch (IOException e) {
      OwnTrouble.throwIfSo(e);
      return 0; // it is found damaged when it is read
    }
  }
}
