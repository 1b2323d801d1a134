import org.jspecify.annotations.NullMarked;

/** Tables of an IM service, and what the service does with them. */
@NullMarked
module io.sheaf.im {
  requires transitive io.sheaf.engine;
  requires org.slf4j;
  requires static transitive org.jspecify;
}
