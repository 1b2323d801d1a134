import org.jspecify.annotations.NullMarked;

/** The store over TCP, in the protocol of Redis. */
@NullMarked
module io.sheaf.server {
  requires transitive io.sheaf.engine;
  requires io.netty.buffer;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires micrometer.core;
  requires micrometer.registry.prometheus;
  requires transitive io.sheaf.im;
  requires io.sheaf.grouping;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports io.sheaf.server;
  exports io.sheaf.server.config;
  exports io.sheaf.server.tls;
}
