package io.sheaf.im.limit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who does most of something, found with a fixed number of counters: a key that has none takes over
 * a low one, and what that has counted. So counts are too high by what was taken over, and who has
 * a good part of all is among them. Counts fade: they halve with each half-life, so that they are
 * rates.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 *
 * <p><b>Source.</b> Metwally, Agrawal, El Abbadi: "Efficient computation of frequent and top-k
 * elements in data streams", ICDT 2005 (Space-Saving). Departs from it in that counts fade, which
 * keeps their order, and in that not the lowest counter of all is taken over but the lowest of
 * {@value #LOOKED_AT}, which need not be found.
 *
 * @param <K> who is counted
 */
final class TopK<K> {
  private static final double RESCALE = 1e100;
  private static final int LOOKED_AT = 16;

  private final int most;
  private final double halfLifeNanos;
  private final Map<K, Counter<K>> byKey = new HashMap<>(); // guarded by this, as all that follows
  private final List<Counter<K>> counters = new ArrayList<>();
  private long beginNanos;
  private double total;
  private int place;

  /** What was counted of one key. */
  record Count<K>(K key, double perSecond) {}

  private static final class Counter<K> {
    private K key;
    private double count;

    Counter(K key) {
      this.key = key;
    }
  }

  TopK(int counters, double halfLifeSeconds, long nowNanos) {
    this.most = counters;
    this.halfLifeNanos = halfLifeSeconds * 1e9;
    this.beginNanos = nowNanos;
  }

  /** Counts {@code amount} for {@code key}. */
  synchronized void add(K key, double amount, long nowNanos) {
    // Instead of fading what is old, what is new counts more and more.
    double weight = Math.pow(2, (nowNanos - beginNanos) / halfLifeNanos);
    if (weight > RESCALE) { // after a long rest it is infinite, and all that was is nothing
      rescale(weight, nowNanos);
      weight = 1;
    }
    Counter<K> counter = byKey.get(key);
    if (counter == null) {
      counter = counters.size() < most ? create(key) : takeOver(key);
      byKey.put(key, counter);
    }
    counter.count += amount * weight;
    total += amount * weight;
  }

  /** The highest counts as rates, highest first. */
  synchronized List<Count<K>> highest(int limit, long nowNanos) {
    double perSecond = perSecond(nowNanos);
    List<Count<K>> all = new ArrayList<>();
    counters.forEach(one -> all.add(new Count<>(one.key, one.count * perSecond)));
    all.sort(Comparator.comparingDouble((Count<K> count) -> count.perSecond()).reversed());
    return all.size() <= limit ? all : new ArrayList<>(all.subList(0, limit));
  }

  /** The rate of all keys together, also those that have no counter. */
  synchronized double totalPerSecond(long nowNanos) {
    return total * perSecond(nowNanos);
  }

  /** What a count is a second: a steady rate r comes to r times half-life / ln 2. */
  private double perSecond(long nowNanos) {
    double faded = Math.pow(2, -(nowNanos - beginNanos) / halfLifeNanos);
    return faded * Math.log(2) * 1e9 / halfLifeNanos;
  }

  private Counter<K> create(K key) {
    Counter<K> created = new Counter<>(key);
    counters.add(created);
    return created;
  }

  private Counter<K> takeOver(K key) {
    Counter<K> lowest = counters.get(place);
    for (int i = 0; i < LOOKED_AT; i++) {
      place = (place + 1) % most;
      Counter<K> one = counters.get(place);
      lowest = one.count < lowest.count ? one : lowest;
    }
    byKey.remove(lowest.key);
    lowest.key = key;
    return lowest;
  }

  private void rescale(double weight, long nowNanos) {
    counters.forEach(one -> one.count /= weight);
    total /= weight;
    beginNanos = nowNanos;
  }
}
