import org.jspecify.annotations.NullMarked;

/** The IM layer of a served store, with types. */
@NullMarked
module io.sheaf.im.client {
  requires transitive io.sheaf.im;
  requires lettuce.core;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.sheaf.im.client;
}
