package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.engine.inspect.Finding;
import io.sheaf.engine.repair.StoreRepair;
import io.sheaf.engine.verify.StoreVerifier;
import io.sheaf.engine.verify.VerifyReport;
import io.sheaf.lsm.db.Components;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Durability;
import io.sheaf.lsm.db.LogRetention;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FaultFileSystem;
import io.sheaf.lsm.io.FaultFileSystem.Effect;
import io.sheaf.lsm.io.FaultFileSystem.Operation;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that cannot be opened though it is there is not taken for lost, or for damaged. */
final class RepairOwnTroubleTest {
  private static final Path INTO = Path.of("/into");
  private static final DbOptions KEEPING_LOGS =
      SmallStore.OPTIONS.withLogRetention(LogRetention.ofBytes(1 << 20));

  @ParameterizedTest
  @ValueSource(strings = {".sst", ".val", ".log"})
  void repairIsGivenUpWhereAFileCannotBeOpened(String kind) throws Exception {
    MemoryFileSystem disk = store(SmallStore.OPTIONS);
    List<String> names = StoreImage.of(disk, SmallStore.DIRECTORY).names(kind);
    String refused = names.getLast();
    Components parts = Sheaf.components().withFileSystem(refusing(refused, disk));
    FileSystemException trouble =
        assertThrows(
            FileSystemException.class,
            () -> StoreRepair.repair(parts, SmallStore.DIRECTORY, INTO, step -> {}));
    assertTrue(String.valueOf(trouble.getMessage()).contains(refused), trouble::toString);
    assertTrue(String.valueOf(trouble.getMessage()).contains("ulimit -n"), trouble::toString);
    assertFalse(disk.exists(INTO.resolve("CURRENT")));
    assertEquals(
        List.of(),
        StoreRepair.repair(
                Sheaf.components().withFileSystem(disk),
                SmallStore.DIRECTORY,
                Path.of("/again"),
                step -> {})
            .losses());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLogThatCannotBeOpenedIsNoFinding(boolean deep) throws Exception {
    MemoryFileSystem disk = store(KEEPING_LOGS);
    List<String> logs = StoreImage.of(disk, SmallStore.DIRECTORY).names(".log");
    assertTrue(logs.size() > 1, logs::toString); // the first is only kept
    for (String refused : logs) {
      Components parts = Sheaf.components().withFileSystem(refusing(refused, disk));
      FileSystemException trouble =
          assertThrows(
              FileSystemException.class,
              () -> StoreVerifier.verify(parts, SmallStore.DIRECTORY, deep, file -> {}));
      assertTrue(String.valueOf(trouble.getMessage()).contains(refused), trouble::toString);
      assertTrue(String.valueOf(trouble.getMessage()).contains("ulimit -n"), trouble::toString);
    }
  }

  @Test
  void aLogThatTheDeviceDoesNotReadIsNamed() throws Exception {
    MemoryFileSystem disk = store(KEEPING_LOGS);
    for (String unread : StoreImage.of(disk, SmallStore.DIRECTORY).names(".log")) {
      FaultFileSystem failing = new FaultFileSystem(disk);
      failing.inject(
          call -> call.operation() == Operation.READ && call.file().endsWith(unread),
          1,
          true,
          new Effect.Fail());
      VerifyReport found =
          StoreVerifier.verify(
              Sheaf.components().withFileSystem(failing), SmallStore.DIRECTORY, false, file -> {});
      assertEquals(
          List.of(unread),
          found.findings().stream().map(Finding::file).distinct().toList(),
          found::toString);
    }
  }

  private static MemoryFileSystem store(DbOptions options) throws Exception {
    MemoryFileSystem disk = new MemoryFileSystem();
    BatchHistory history = new BatchHistory();
    Random random = new Random(1);
    try (Db db = SmallStore.open(disk, options)) {
      Table[] tables = BatchHistory.openTables(db);
      for (int i = 0; i < 60; i++) {
        db.write(history.next(tables, random), Durability.WRITTEN);
      }
      db.flush();
      db.awaitIdle();
    }
    return disk;
  }

  /** The disk for a process that has no descriptor left when it comes to this file. */
  private static FileSystem refusing(String name, FileSystem disk) {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, arguments) -> {
              if (method.getName().startsWith("open") && arguments[0].toString().endsWith(name)) {
                throw new FileSystemException(arguments[0].toString(), null, "Too many open files");
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
