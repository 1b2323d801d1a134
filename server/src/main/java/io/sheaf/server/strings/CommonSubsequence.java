package io.sheaf.server.strings;

import static io.sheaf.server.command.CommandFlag.OF_ONE_MOMENT;
import static io.sheaf.server.command.CommandFlag.READONLY;
import static io.sheaf.server.command.KeyFlag.ACCESS;
import static io.sheaf.server.command.KeyFlag.RO;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.keyspace.StringRow;
import io.sheaf.server.wire.ReplyWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * LCS key key [LEN] [IDX] [MINMATCHLEN n] [WITHMATCHLEN]: the longest common subsequence of two
 * strings, by dynamic programming over all pairs of their prefixes.
 */
final class CommonSubsequence {
  private static final long MOST_PAIRS = 16 << 20;

  private CommonSubsequence() {}

  static void addTo(CommandTable table) {
    table.add(
        new Command("lcs", -3, CommonSubsequence::run)
            .flags(READONLY, OF_ONE_MOMENT)
            .keys(1, 2, 1, RO, ACCESS)
            .docs("string", "7.0.0", "Finds the longest common subsequence of two strings."));
  }

  /** A run that both have: first and last index in each. */
  private record Match(int firstA, int lastA, int firstB, int lastB) {
    int length() {
      return lastA - firstA + 1;
    }
  }

  private static void run(Call call) throws CommandException, IOException {
    boolean onlyLength = false;
    boolean indexes = false;
    boolean withLength = false;
    long least = 0;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "len")) {
        onlyLength = true;
      } else if (call.is(i, "idx")) {
        indexes = true;
      } else if (call.is(i, "withmatchlen")) {
        withLength = true;
      } else if (call.is(i, "minmatchlen") && i + 1 < call.count()) {
        least = Math.max(0, call.integer(++i));
      } else {
        throw CommandException.syntax();
      }
    }
    if (onlyLength && indexes) {
      throw new CommandException(
          "ERR If you want both the length and indexes, please just use IDX.");
    }
    byte[] a = value(call, 1);
    byte[] b = value(call, 2);
    if ((a.length + 1L) * (b.length + 1L) > MOST_PAIRS) {
      throw new CommandException(
          "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    }
    call.rows().beginLarge();
    int[] lengths = lengths(a, b);
    int longest = lengths[lengths.length - 1];
    if (onlyLength) {
      call.reply().integer(longest);
      return;
    }
    byte[] common = new byte[longest];
    List<Match> matches = trace(a, b, lengths, common);
    if (!indexes) {
      call.reply().bulk(common);
      return;
    }
    long wanted = least;
    matches.removeIf(match -> match.length() < wanted);
    reply(call.reply(), matches, longest, withLength);
  }

  private static byte[] value(Call call, int index) throws CommandException, IOException {
    if (call.rows().find(call.key(index)) instanceof StringRow row) {
      return row.bytes();
    }
    if (call.rows().find(call.key(index)) == null) {
      return new byte[0];
    }
    throw new CommandException("ERR The specified keys must contain string values");
  }

  /** For each pair of prefixes the length of their longest common subsequence. */
  private static int[] lengths(byte[] a, byte[] b) {
    int width = b.length + 1;
    int[] lengths = new int[(a.length + 1) * width];
    for (int i = 1; i <= a.length; i++) {
      for (int j = 1; j <= b.length; j++) {
        lengths[i * width + j] =
            a[i - 1] == b[j - 1]
                ? lengths[(i - 1) * width + j - 1] + 1
                : Math.max(lengths[(i - 1) * width + j], lengths[i * width + j - 1]);
      }
    }
    return lengths;
  }

  /** Walks back from the ends; fills {@code common}, and returns the runs, the last first. */
  private static List<Match> trace(byte[] a, byte[] b, int[] lengths, byte[] common) {
    List<Match> matches = new ArrayList<>();
    int width = b.length + 1;
    int left = common.length;
    int i = a.length;
    int j = b.length;
    while (i > 0 && j > 0 && left > 0) {
      if (a[i - 1] == b[j - 1]) {
        common[--left] = a[i - 1];
        i--;
        j--;
        int last = matches.size() - 1;
        if (last >= 0
            && matches.get(last).firstA() == i + 1
            && matches.get(last).firstB() == j + 1) {
          Match match = matches.get(last);
          matches.set(last, new Match(i, match.lastA(), j, match.lastB()));
        } else {
          matches.add(new Match(i, i, j, j));
        }
      } else if (lengths[(i - 1) * width + j] > lengths[i * width + j - 1]) {
        i--;
      } else {
        j--;
      }
    }
    return matches;
  }

  private static void reply(
      ReplyWriter reply, List<Match> matches, int longest, boolean withLength) {
    reply.map(2);
    reply.bulk("matches");
    reply.array(matches.size());
    for (Match match : matches) {
      reply.array(withLength ? 3 : 2);
      reply.array(2);
      reply.integer(match.firstA());
      reply.integer(match.lastA());
      reply.array(2);
      reply.integer(match.firstB());
      reply.integer(match.lastB());
      if (withLength) {
        reply.integer(match.length());
      }
    }
    reply.bulk("len");
    reply.integer(longest);
  }
}
