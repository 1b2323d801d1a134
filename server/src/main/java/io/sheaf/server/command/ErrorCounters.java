package io.sheaf.server.command;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many errors were answered, by their code.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class ErrorCounters {
  private static final int MOST_CODES = 128;

  private final ConcurrentHashMap<String, LongAdder> byCode = new ConcurrentHashMap<>();
  private final LongAdder all = new LongAdder();

  ErrorCounters() {}

  void count(String codeAndMessage) {
    all.increment();
    int blank = codeAndMessage.indexOf(' ');
    String code = blank < 0 ? codeAndMessage : codeAndMessage.substring(0, blank);
    if (byCode.size() < MOST_CODES || byCode.containsKey(code)) {
      byCode.computeIfAbsent(code, c -> new LongAdder()).increment();
    }
  }

  void reset() {
    all.reset();
    byCode.clear();
  }

  /** All of them. */
  public long sum() {
    return all.sum();
  }

  /** By code, in order of the codes. */
  public Map<String, Long> byCode() {
    Map<String, Long> counts = new TreeMap<>();
    byCode.forEach((code, count) -> counts.put(code, count.sum()));
    return counts;
  }
}
