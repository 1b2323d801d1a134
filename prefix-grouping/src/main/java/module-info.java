import org.jspecify.annotations.NullMarked;

/** How a key splits into prefix and suffix, the grouped memtable, and what is separated. */
@NullMarked
module io.sheaf.grouping {
  requires transitive io.sheaf.lsm;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.sheaf.grouping;
}
