package io.sheaf.lsm.coding;

import com.github.luben.zstd.ZstdDictTrainer;
import com.github.luben.zstd.ZstdException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Dictionary} of samples.
 *
 * <p><b>Thread safety.</b> One thread.
 *
 * <p><b>Source.</b> Liao, Petri, Moffat, Wirth, "Effective Construction of Relative Lempel-Ziv
 * Dictionaries", 2016, as implemented by ZSTD's COVER.
 */
public final class DictionaryTrainer {
  /** Bytes of samples for each byte of the dictionary. */
  public static final int SAMPLE_FACTOR = 100;

  private static final int MIN_SAMPLE_BYTES = 16;
  private static final int MAX_SAMPLE_BYTES = 8 << 10;
  private static final int MIN_SAMPLES = 16;

  private final ZstdDictTrainer trainer;
  private int samples;
  private boolean full;

  /** A trainer of a dictionary of {@code dictionaryBytes} bytes. */
  public DictionaryTrainer(int dictionaryBytes) {
    trainer = new ZstdDictTrainer(dictionaryBytes * SAMPLE_FACTOR, dictionaryBytes);
  }

  /**
   * Takes a sample; what is too short to learn from is passed over, of a long one the beginning.
   */
  public void add(Slice value) {
    if (value.length() < MIN_SAMPLE_BYTES || full) {
      return;
    }
    Slice sample = new Slice().set(value, 0, Math.min(value.length(), MAX_SAMPLE_BYTES));
    if (trainer.addSample(sample.toByteArray())) {
      samples++;
    } else {
      full = true;
    }
  }

  /** Whether there are samples enough. */
  public boolean isFull() {
    return full;
  }

  /** The dictionary; null where the samples are too few or have nothing in common. */
  public @Nullable Dictionary train() {
    if (samples < MIN_SAMPLES) {
      return null;
    }
    try {
      byte[] bytes = trainer.trainSamples(false);
      return bytes.length < Dictionary.MIN_BYTES ? null : new Dictionary(bytes);
    } catch (ZstdException e) {
      return null; // this is how ZSTD says that the samples do not do
    }
  }
}
