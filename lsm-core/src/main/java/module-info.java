import org.jspecify.annotations.NullMarked;

/** The LSM tree on its own; each seam has a plain default, so that it runs alone. */
@NullMarked
module io.sheaf.lsm {
  requires transitive io.netty.buffer;
  requires com.github.benmanes.caffeine;
  requires com.github.luben.zstd_jni;
  requires io.netty.common;
  requires org.jctools.core.jdk11;
  requires org.lz4.java;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.sheaf.lsm.cache;
  exports io.sheaf.lsm.coding;
  exports io.sheaf.lsm.compact;
  exports io.sheaf.lsm.cursor;
  exports io.sheaf.lsm.db;
  exports io.sheaf.lsm.io;
  exports io.sheaf.lsm.key;
  exports io.sheaf.lsm.memtable;
  exports io.sheaf.lsm.sstable;
  exports io.sheaf.lsm.stats;
  exports io.sheaf.lsm.value;
  exports io.sheaf.lsm.version;
  exports io.sheaf.lsm.wal;
}
