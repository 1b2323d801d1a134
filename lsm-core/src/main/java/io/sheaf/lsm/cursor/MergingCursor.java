package io.sheaf.lsm.cursor;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.key.EntryKind;
import io.sheaf.lsm.value.ValueReference;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows the entries of several layers as one, in the order of {@link InternalCursor}.
 *
 * <p>The layers stand in a binary heap by (key in scan direction, sequence number falling, newer
 * layer first). A {@link DeferredCursor} that stands on a bound sorts before every entry of that
 * key and is opened only when it has come to the top.
 *
 * <p><b>Thread safety.</b> One thread at a time. <b>Ownership.</b> Closes its layers. One that is
 * closed may be opened again.
 */
public final class MergingCursor implements InternalCursor {
  private boolean reverse;
  private Layer[] layers = {};
  private Layer[] heap = {};
  private int layerCount;
  private int heapSize;

  /** A merge of nothing, to be opened. */
  public MergingCursor() {}

  /**
   * A merge of {@code layers}, which go in the direction {@code reverse} tells.
   *
   * @param layers newest first
   */
  public MergingCursor(List<? extends InternalCursor> layers, boolean reverse) {
    open(layers, reverse);
  }

  /** Makes a new or closed cursor a merge of {@code layers}, see the constructor. */
  public void open(List<? extends InternalCursor> layers, boolean reverse) {
    this.reverse = reverse;
    int count = layers.size();
    int known = this.layers.length;
    if (known < count) {
      this.layers = Arrays.copyOf(this.layers, count);
      heap = new Layer[count];
      for (int i = known; i < count; i++) {
        this.layers[i] = new Layer(layers.get(i), i);
      }
    }
    for (int i = 0; i < count; i++) {
      this.layers[i].show(layers.get(i));
    }
    layerCount = count;
    heapSize = 0;
  }

  @Override
  public boolean valid() {
    return heapSize > 0;
  }

  @Override
  public void seekFirst() throws IOException {
    heapSize = 0;
    for (int i = 0; i < layerCount; i++) {
      layers[i].cursor.seekFirst();
    }
    arrange();
  }

  @Override
  public void seek(Slice target) throws IOException {
    heapSize = 0;
    for (int i = 0; i < layerCount; i++) {
      layers[i].cursor.seek(target);
    }
    arrange();
  }

  @Override
  public void next() throws IOException {
    Layer top = heap[0];
    top.cursor.next();
    if (top.cursor.valid()) {
      siftDown(0);
    } else {
      removeTop();
    }
    settle();
  }

  @Override
  public Slice key() {
    return heap[0].cursor.key();
  }

  @Override
  public long sequence() {
    return heap[0].cursor.sequence();
  }

  @Override
  public EntryKind kind() {
    return heap[0].cursor.kind();
  }

  @Override
  public long timeMillis() {
    return heap[0].cursor.timeMillis();
  }

  @Override
  public int valueLength() {
    return heap[0].cursor.valueLength();
  }

  @Override
  public boolean separated() {
    return heap[0].cursor.separated();
  }

  @Override
  public void reference(ValueReference into) {
    heap[0].cursor.reference(into);
  }

  @Override
  public Slice value() throws IOException {
    return heap[0].cursor.value();
  }

  /** Those of the current layer that come before the next entry of any other. */
  @Override
  public void plainRows(PlainRows question) {
    for (int next = 1; next <= 2 && next < heapSize; next++) {
      Slice other = heap[next].cursor.key();
      Slice end = question.end();
      if (end == null || other.compareTo(end) < 0 != reverse) {
        question.endAt(other);
      }
    }
    heap[0].cursor.plainRows(question);
  }

  /** Index of the layer that the current entry comes from, in the order given at creation. */
  public int layer() {
    return heap[0].index;
  }

  @Override
  public void close() {
    heapSize = 0;
    for (int i = 0; i < layerCount; i++) {
      layers[i].cursor.close();
    }
    layerCount = 0;
  }

  private void arrange() throws IOException {
    for (int i = 0; i < layerCount; i++) {
      if (layers[i].cursor.valid()) {
        heap[heapSize++] = layers[i];
      }
    }
    for (int i = heapSize / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
    settle();
  }

  /** Opens layers at the top until the top is an entry. */
  private void settle() throws IOException {
    while (heapSize > 0 && heap[0].deferred()) {
      heap[0].resolve();
      if (heap[0].cursor.valid()) {
        siftDown(0);
      } else {
        removeTop();
      }
    }
  }

  private void removeTop() {
    heap[0] = heap[--heapSize];
    if (heapSize > 1) {
      siftDown(0);
    }
  }

  private void siftDown(int from) {
    Layer moving = heap[from];
    int at = from;
    while (true) {
      int child = 2 * at + 1;
      if (child >= heapSize) {
        break;
      }
      if (child + 1 < heapSize && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], moving)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moving;
  }

  private boolean before(Layer a, Layer b) {
    int order = a.cursor.key().compareTo(b.cursor.key());
    if (order != 0) {
      return reverse ? order > 0 : order < 0;
    }
    if (a.deferred() || b.deferred()) {
      return a.deferred();
    }
    long aSequence = a.cursor.sequence();
    long bSequence = b.cursor.sequence();
    return aSequence != bSequence ? aSequence > bSequence : a.index < b.index;
  }

  /** A layer and its place among them. */
  private static final class Layer {
    private final int index;
    private InternalCursor cursor;
    private @Nullable DeferredCursor deferring;

    Layer(InternalCursor cursor, int index) {
      this.cursor = cursor;
      this.index = index;
    }

    void show(InternalCursor shown) {
      cursor = shown;
      deferring = shown instanceof DeferredCursor may ? may : null;
    }

    boolean deferred() {
      return deferring != null && deferring.deferred();
    }

    void resolve() throws IOException {
      if (deferring != null) {
        deferring.resolve();
      }
    }
  }
}
