import org.jspecify.annotations.NullMarked;

/** Tables of an IM service, and what the service does with them. */
@NullMarked
module io.sheaf.im {
  requires transitive io.sheaf.engine;
  requires io.sheaf.grouping;
  requires static transitive org.jspecify;

  exports io.sheaf.im;
}
