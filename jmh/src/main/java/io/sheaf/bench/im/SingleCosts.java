package io.sheaf.bench.im;

import io.sheaf.cli.measure.LatencySummary;
import io.sheaf.cli.measure.PageCache;
import io.sheaf.cli.measure.ProcessFiles;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;
import io.sheaf.im.index.IndexDefinition;
import io.sheaf.im.index.IndexSource;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SyncResult;
import io.sheaf.lsm.stats.Counter;
import io.sheaf.lsm.stats.Statistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * What single operations cost while nothing else runs.
 *
 * <p><b>Thread safety.</b> One thread.
 */
final class SingleCosts {
  private static final int ROUNDS = 2000;
  private static final int COLD_ROUNDS = 500;
  private static final int BATCH = 64;
  private static final int INDEXES = 4;
  private static final int LIST_CONVERSATIONS = 1000;
  private static final int LARGEST = 10_000;
  private static final DeviceId PHONE = DeviceId.of("phone");
  private static final long FIRST_OWN = 1L << 40;
  private static final UserId LISTER = UserId.of(FIRST_OWN);

  private final ImStore im;
  private final Groups groups;
  private final SplittableRandom random;

  SingleCosts(ImStore im, Groups groups, SplittableRandom random) {
    this.im = im;
    this.groups = groups;
    this.random = random;
  }

  /** A send to groups of these sizes: by size, microseconds in the median and at 99 %. */
  List<String> sends(int... sizes) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int size : sizes) {
      ConversationId id = ConversationId.of(FIRST_OWN + size);
      List<NewMember> members = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        members.add(NewMember.of(UserId.of(2 * FIRST_OWN + i)));
      }
      im.conversations().create(id, false, members);
      Histogram times = LatencySummary.histogram();
      for (int i = 0; i < 2 * ROUNDS; i++) {
        long begin = System.nanoTime();
        send(id, members.get(random.nextInt(size)).user());
        if (i >= ROUNDS) {
          times.recordValue(System.nanoTime() - begin);
        }
      }
      lines.add(line("send to a group of " + size, times));
    }
    return lines;
  }

  /** A sync of a member of a group of 10,000 that has this many messages to fetch. */
  String fetch(int messages) throws IOException {
    ConversationId id = ConversationId.of(FIRST_OWN + LARGEST);
    UserId member = UserId.of(2 * FIRST_OWN);
    im.sync().addDevice(member, PHONE);
    im.sync().acknowledge(member, PHONE, read(member));
    Histogram times = LatencySummary.histogram();
    for (int i = 0; i < ROUNDS; i++) {
      for (int k = 0; k < messages; k++) {
        send(id, member);
      }
      long begin = System.nanoTime();
      long position = read(member);
      if (i >= ROUNDS / 2) {
        times.recordValue(System.nanoTime() - begin);
      }
      im.sync().acknowledge(member, PHONE, position);
    }
    return line("sync that fetches " + messages + " of a group of " + LARGEST, times);
  }

  private long read(UserId member) throws IOException {
    return switch (im.sync().read(member, PHONE, 100)) {
      case SyncResult.Rebase rebase -> rebase.position();
      case SyncResult.Events events -> events.newestPosition();
    };
  }

  /** What an entry of an index adds to a message, when messages are sent 64 at a time. */
  String indexEntry() throws IOException {
    ConversationId id = ConversationId.of(3 * FIRST_OWN);
    UserId sender = UserId.of(3 * FIRST_OWN);
    im.conversations().create(id, false, List.of(NewMember.of(sender)));
    batches(id, sender);
    double without = batches(id, sender);
    for (int i = 0; i < INDEXES; i++) {
      Id value = Id.of(i);
      im.indexes()
          .create(
              new IndexDefinition(
                  "bench-" + i,
                  IndexSource.MESSAGES,
                  (row, entries) -> entries.ofConversation(value)));
    }
    batches(id, sender);
    double with = batches(id, sender);
    return String.format(
        Locale.ROOT,
        "  an entry of an index adds %.2f µs to a message of %.2f µs, sent %d at a time",
        (with - without) / INDEXES,
        without,
        BATCH);
  }

  /** Microseconds a message. */
  private double batches(ConversationId id, UserId sender) {
    List<Draft> batch = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      batch.add(draft(id, sender));
    }
    long begin = System.nanoTime();
    for (int i = 0; i < ROUNDS; i++) {
      im.sender().send(batch);
    }
    return (System.nanoTime() - begin) / 1e3 / ROUNDS / BATCH;
  }

  /** The first page of a list of a thousand conversations, all of them unread. */
  String list() throws IOException {
    for (int i = 0; i < LIST_CONVERSATIONS; i++) {
      ConversationId id = ConversationId.of(2 * FIRST_OWN + i);
      UserId other = UserId.of(FIRST_OWN + 1 + i);
      im.conversations().create(id, false, List.of(NewMember.of(LISTER), NewMember.of(other)));
      send(id, other);
    }
    Histogram times = LatencySummary.histogram();
    for (int i = 0; i < ROUNDS / 2; i++) {
      long begin = System.nanoTime();
      int shown = im.list().page(LISTER, null, 20).size();
      if (i >= ROUNDS / 4) {
        times.recordValue(System.nanoTime() - begin);
      }
      if (shown != 20) {
        throw new IllegalStateException("a page of " + shown);
      }
    }
    return line("first page of a list of " + LIST_CONVERSATIONS + " conversations", times);
  }

  /** The newest 50 messages of groups, the first time after opening without the page cache. */
  List<String> coldHistory(Path directory) throws IOException {
    boolean dropped = PageCache.drop(directory);
    ProcessFiles process = ProcessFiles.ofThisProcess();
    Histogram times = LatencySummary.histogram();
    Histogram bytes = new Histogram(1, 1L << 40, 3);
    Histogram reads = new Histogram(1, 1L << 40, 3);
    for (int i = 0; i < COLD_ROUNDS; i++) {
      int group = random.nextInt(groups.count());
      int[] members = groups.members(group);
      UserId user = UserId.of(members[random.nextInt(members.length)]);
      OptionalLong before = process.deviceReadBytes();
      long readsBefore = fileReads();
      long begin = System.nanoTime();
      im.history().page(user, ConversationId.of(group), HistoryQuery.newest(50));
      times.recordValue(System.nanoTime() - begin);
      reads.recordValue(fileReads() - readsBefore);
      bytes.recordValue(process.deviceReadBytes().orElse(0) - before.orElse(0));
    }
    return List.of(
        line(dropped ? "history page, cold" : "history page (the page cache stays)", times),
        String.format(
            Locale.ROOT,
            "  for a page: %d reads of files in the median, %d at 99 %%; from the device %,d bytes, %,d",
            reads.getValueAtPercentile(50),
            reads.getValueAtPercentile(99),
            bytes.getValueAtPercentile(50),
            bytes.getValueAtPercentile(99)));
  }

  /** Reads of blocks from files so far. */
  private long fileReads() {
    Statistics statistics = im.db().statistics();
    return statistics.get(Counter.KEY_BLOCK_READS) + statistics.get(Counter.VALUE_READS);
  }

  /** One line: what, and how long. */
  static String line(String what, Histogram times) {
    LatencySummary summary = LatencySummary.of(times);
    return String.format(
        Locale.ROOT,
        "  %-48s %,12d × %10.1f µs %10.1f (99 %%) %10.1f (99.9 %%) %10.1f (longest)",
        what,
        summary.operations(),
        summary.p50Nanos() / 1e3,
        summary.p99Nanos() / 1e3,
        summary.p999Nanos() / 1e3,
        summary.maxNanos() / 1e3);
  }

  private void send(ConversationId id, UserId sender) {
    if (!(im.sender().send(draft(id, sender)) instanceof SendOutcome.Durable)) {
      throw new IllegalStateException("a message was not written");
    }
  }

  private static Draft draft(ConversationId id, UserId sender) {
    return new Draft(
        id,
        sender,
        null,
        0,
        Body.of("a message of usual length ".repeat(10)),
        List.of(),
        false,
        List.of(),
        OptionalLong.empty());
  }
}
