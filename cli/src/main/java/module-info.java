import org.jspecify.annotations.NullMarked;

/** Offline tools: one program, {@code sheaf}. */
@NullMarked
module io.sheaf.cli {
  requires HdrHistogram;
  requires info.picocli;
  requires io.sheaf.grouping;
  requires io.sheaf.im;
  requires io.sheaf.testdata;
  requires java.logging;
  requires me.tongfei.progressbar;
  requires static transitive org.jspecify;

  opens io.sheaf.cli to
      info.picocli;
  opens io.sheaf.cli.console to
      info.picocli;
  opens io.sheaf.cli.demo to
      info.picocli;
  opens io.sheaf.cli.health to
      info.picocli;
  opens io.sheaf.cli.im to
      info.picocli;
  opens io.sheaf.cli.irc to
      info.picocli;
}
