import org.jspecify.annotations.NullMarked;

/** The store, put together: the one dependency of whoever embeds it. */
@NullMarked
module io.sheaf.engine {
  requires transitive io.sheaf.grouping;
  requires transitive io.sheaf.lsm;
  requires io.sheaf.compaction;
  requires io.sheaf.valuelog;
  requires java.management;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.sheaf.engine;
  exports io.sheaf.engine.compact;
  exports io.sheaf.engine.backup;
  exports io.sheaf.engine.inspect;
  exports io.sheaf.engine.repair;
  exports io.sheaf.engine.verify;
}
