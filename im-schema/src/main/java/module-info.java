import org.jspecify.annotations.NullMarked;

/** Tables of an IM service, and what the service does with them. */
@NullMarked
module io.sheaf.im {
  requires transitive io.sheaf.engine;
  requires io.sheaf.grouping;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.sheaf.im;
  exports io.sheaf.im.build;
  exports io.sheaf.im.change;
  exports io.sheaf.im.conversation;
  exports io.sheaf.im.history;
  exports io.sheaf.im.id;
  exports io.sheaf.im.inbox;
  exports io.sheaf.im.index;
  exports io.sheaf.im.limit;
  exports io.sheaf.im.message;
  exports io.sheaf.im.model;
  exports io.sheaf.im.receipt;
  exports io.sheaf.im.send;
  exports io.sheaf.im.sync;
  exports io.sheaf.im.table;
}
