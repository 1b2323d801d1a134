import org.jspecify.annotations.NullMarked;

/** What to compact, the job that does it, the collector and the scheduler. */
@NullMarked
module io.sheaf.compaction {
  requires transitive io.sheaf.lsm;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.sheaf.compaction;
}
