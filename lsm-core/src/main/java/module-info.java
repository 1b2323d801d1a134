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

}
