import org.jspecify.annotations.NullMarked;

/** Offline tools: one program, {@code sheaf}. */
@NullMarked
module io.sheaf.cli {
  requires HdrHistogram;
  requires info.picocli;
  requires io.sheaf.grouping;
  requires io.sheaf.im;
  requires io.sheaf.server;
  requires io.sheaf.testdata;
  requires io.sheaf.valuelog;
  requires java.logging;
  requires me.tongfei.progressbar;
  requires static rocksdbjni;
  requires static transitive org.jspecify;

  opens io.sheaf.cli to
      info.picocli;
  opens io.sheaf.cli.compact to
      info.picocli;
  opens io.sheaf.cli.console to
      info.picocli;
  opens io.sheaf.cli.demo to
      info.picocli;
  opens io.sheaf.cli.health to
      info.picocli;
  opens io.sheaf.cli.im to
      info.picocli;
  opens io.sheaf.cli.ingest to
      info.picocli;
  opens io.sheaf.cli.inspect to
      info.picocli;
  opens io.sheaf.cli.manual to
      info.picocli;
  opens io.sheaf.cli.move to
      info.picocli;
  opens io.sheaf.cli.save to
      info.picocli;
  opens io.sheaf.cli.shape to
      info.picocli;
  opens io.sheaf.cli.irc to
      info.picocli;
  opens io.sheaf.cli.tail to
      info.picocli;
}
