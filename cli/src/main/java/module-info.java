import org.jspecify.annotations.NullMarked;

/** Offline tools: one program, {@code sheaf}. */
@NullMarked
module io.sheaf.cli {
  requires HdrHistogram;
  requires info.picocli;
  requires io.sheaf.im;
  requires io.sheaf.testdata;
  requires me.tongfei.progressbar;
  requires org.slf4j;
  requires static transitive org.jspecify;
}
