import org.jspecify.annotations.NullMarked;

/** Value files and value blocks: values kept apart from their keys. */
@NullMarked
module io.sheaf.valuelog {
  requires transitive io.sheaf.lsm;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.sheaf.valuelog;
}
