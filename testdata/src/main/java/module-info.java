import org.jspecify.annotations.NullMarked;

/** The standard workload, log readers and golden files, with nothing but the JDK. */
@NullMarked
module io.sheaf.testdata {
  requires static transitive org.jspecify;

  exports io.sheaf.testdata;
}
