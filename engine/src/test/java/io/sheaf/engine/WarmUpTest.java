package io.sheaf.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.grouping.FixedPrefix;
import io.sheaf.lsm.db.Db;
import io.sheaf.lsm.db.DbOptions;
import io.sheaf.lsm.db.Table;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import io.sheaf.lsm.version.FileMetadata;
import io.sheaf.lsm.version.TableOptions;
import io.sheaf.lsm.version.TableState;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Small key files are brought into memory when a store is opened, large ones are not. */
class WarmUpTest {
  private static final Path STORE = Path.of("/store");

  private final BlockingQueue<String> warmed = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> opened = new LinkedBlockingQueue<>();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private boolean lasting;
  private @Nullable Exception failing;
  private final FileSystem disk = watched(new MemoryFileSystem());

  /** The same file system, which writes down what is to be warmed. */
  private FileSystem watched(FileSystem real) {
    return (FileSystem)
        Proxy.newProxyInstance(
            FileSystem.class.getClassLoader(),
            new Class<?>[] {FileSystem.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("openForRandomReads")) {
                opened.add(String.valueOf(((Path) arguments[0]).getFileName()));
                if (failing != null) {
                  throw failing;
                }
              }
              if (method.getName().equals("warm")) {
                warmed.add(String.valueOf(((Path) arguments[0]).getFileName()));
                if (lasting) {
                  mayEnd.await();
                }
                return null;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
              }
            });
  }

  private Db open(DbOptions options) throws Exception {
    return Db.open(STORE, options, Sheaf.components().withFileSystem(disk));
  }

  private long writeKeyFile() throws Exception {
    try (Db db = open(DbOptions.DEFAULT)) {
      Table table = db.openTable("rows", TableOptions.DEFAULT);
      byte[] value = new byte[2_000];
      Random random = new Random(3);
      for (int row = 0; row < 200; row++) {
        random.nextBytes(value);
        db.put(table, ByteBuffer.allocate(4).putInt(row).array(), value);
      }
      db.flush();
      TableState state = Objects.requireNonNull(db.version().table(table.id()));
      FileMetadata file = state.runs().getFirst().files().getFirst();
      return file.number();
    }
  }

  @Test
  void keyFilesOfAQuarterOfTheMemoryAreWarmedAtOpening() throws Exception {
    long number = writeKeyFile();
    assertNull(warmed.poll());
    Db db = open(DbOptions.DEFAULT);
    String name = warmed.poll(1, TimeUnit.MINUTES);
    db.close();
    assertNotNull(name, "nothing was warmed");
    assertEquals(number, Long.parseLong(name.substring(0, name.indexOf('.'))));
  }

  @Test
  void keyFilesAndValueFilesAreOpenWhenTheStoreIs() throws Exception {
    TableOptions separated = TableOptions.DEFAULT.withPrefix(new FixedPrefix(1));
    try (Db db = open(DbOptions.DEFAULT)) {
      Table table = db.openTable("rows", separated);
      for (byte row = 0; row < 40; row++) {
        db.put(table, new byte[] {1, row}, new byte[1_000]);
      }
      db.flush();
    }
    opened.clear();
    try (Db db = open(DbOptions.DEFAULT)) {
      assertEquals(
          List.of("sst", "val"),
          opened.stream().map(name -> name.substring(name.indexOf('.') + 1)).toList());
      assertNotNull(db.get(Objects.requireNonNull(db.table("rows")), new byte[] {1, 1}));
      assertEquals(2, opened.size(), "opened once");
    }
  }

  @Test
  void aKeyFileThatCannotBeOpenedKeepsNoStoreFromOpening() throws Exception {
    writeKeyFile();
    for (Exception failure : List.of(new IOException("away"), new IllegalStateException("odd"))) {
      failing = failure;
      try (Db db = open(DbOptions.DEFAULT)) {
        Table table = Objects.requireNonNull(db.table("rows"));
        byte[] key = {0, 0, 0, 1};
        Exception told = assertThrows(Exception.class, () -> db.get(table, key));
        assertSame(failure, told.getCause() == null ? told : told.getCause());
        failing = null;
        assertNotNull(db.get(table, key));
      }
    }
  }

  @Test
  void aFileThatIsReplacedGoesWhileItIsWarmed() throws Exception {
    writeKeyFile();
    lasting = true;
    try (Db db = open(DbOptions.DEFAULT)) {
      String name = warmed.poll(1, TimeUnit.MINUTES);
      assertNotNull(name, "nothing was warmed");
      try {
        db.compact(Objects.requireNonNull(db.table("rows")), null, null);
        assertFalse(disk.exists(STORE.resolve(name)), name + " is still there");
      } finally {
        mayEnd.countDown(); // or closing would wait for it
      }
    }
  }

  @Test
  void largerOnesAreOpenedOnly() throws Exception {
    writeKeyFile(); // 400 KB
    opened.clear();
    open(DbOptions.DEFAULT.withMemory(1 << 20, 64 << 10)).close();
    assertNull(warmed.poll());
    assertEquals(1, opened.size());
  }
}
