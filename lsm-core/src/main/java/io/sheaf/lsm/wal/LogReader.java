package io.sheaf.lsm.wal;

import io.sheaf.lsm.coding.ByteReader.MalformedException;
import io.sheaf.lsm.coding.Compression.Codec;
import io.sheaf.lsm.coding.Decompressor;
import io.sheaf.lsm.coding.GrowableBuffer;
import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.coding.StreamDecompressor;
import io.sheaf.lsm.io.ClosedException;
import io.sheaf.lsm.io.CorruptionException;
import io.sheaf.lsm.io.FileHeader;
import io.sheaf.lsm.io.FileKind;
import io.sheaf.lsm.io.FileNames;
import io.sheaf.lsm.io.FileSystem;
import io.sheaf.lsm.io.ReadableFile;
import io.sheaf.lsm.io.StoreId;
import io.sheaf.lsm.key.SequenceNumber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one log in order, each checked whole before it is shown. {@link LogFormat}
 * says where a log ends and what is damage; {@link LogSequence} reads several.
 *
 * <p>A log that is being written can be followed: {@link #limit} to the writer's end, read until
 * {@link #next} is false, raise the limit, go on.
 *
 * <p><b>Thread safety.</b> None. <b>Ownership.</b> The creator closes it; {@link #payload} is valid
 * until the next step.
 */
public final class LogReader implements AutoCloseable {
  private static final int USUAL_RAW_BYTES = 64 << 10;

  /** Why no more records come. */
  public enum End {
    /** The reader stands before the limit and may have more. */
    NONE,
    /** The limit that was set. */
    LIMIT,
    /** The log was closed here. */
    CLOSED,
    /** No whole record follows, and nothing shows that one ever was durable. */
    TORN
  }

  private final Path path;
  private final LogWindow window;
  private final LogHeader begin;
  private final RecordHeader header;
  private final GrowableBuffer raw;
  private final Slice payload = new Slice();
  private final long number;
  private final long place;
  private @Nullable StreamDecompressor stream; // from the first record on that is part of one
  private boolean streamLost;
  private long highestSequence;
  private long limit = Long.MAX_VALUE;
  private long offset;
  private long nextOffset = LogFormat.HEADER_BYTES;
  private long nextSequence;
  private End end = End.NONE;
  private long recordsBehindEnd;
  private boolean closed;

  private LogReader(Path path, long number, LogWindow window, LogHeader begin) {
    this.path = path;
    this.number = number;
    this.window = window;
    this.begin = begin;
    this.place = FileHeader.place(number, begin.storeId());
    this.header = new RecordHeader(place);
    this.raw = new GrowableBuffer(USUAL_RAW_BYTES);
  }

  /**
   * Opens log {@code number} in {@code directory}, which must be of this store.
   *
   * @throws io.sheaf.lsm.io.ForeignFileException when it is of another store
   * @throws CorruptionException when its header is not whole
   * @throws io.sheaf.lsm.io.UnsupportedFormatException when it is of a version that is not read
   */
  public static LogReader open(FileSystem files, Path directory, StoreId store, long number)
      throws IOException {
    LogReader reader = open(files, directory, number);
    try {
      store.check(reader.path.toString(), number, reader.begin.storeId());
      return reader;
    } catch (IOException e) {
      try {
        reader.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /** The same of whatever store: for who shows it. */
  public static LogReader open(FileSystem files, Path directory, long number) throws IOException {
    Path path = directory.resolve(FileNames.of(FileKind.LOG, number));
    LogWindow window = new LogWindow(files, path);
    try {
      return new LogReader(path, number, window, LogHeader.read(path.toString(), window, number));
    } catch (IOException | RuntimeException e) {
      try {
        window.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /**
   * Opens a log whose header is damaged, or of another store: the records of this store are bound
   * to it and to the number all the same.
   */
  public static LogReader openWithoutHeader(
      FileSystem files, Path directory, StoreId store, long number) throws IOException {
    Path path = directory.resolve(FileNames.of(FileKind.LOG, number));
    LogHeader none = new LogHeader(store.in(number), PreviousLog.NONE);
    return new LogReader(path, number, new LogWindow(files, path), none);
  }

  /**
   * Whether this process or another was ended before it wrote the header of log {@code number}: the
   * file is empty, or is still the older log that was to be overwritten.
   */
  public static boolean neverBegun(FileSystem files, Path directory, long number)
      throws IOException {
    try (ReadableFile file = files.open(directory.resolve(FileNames.of(FileKind.LOG, number)))) {
      if (file.size() < FileHeader.BYTES) {
        return file.size() == 0;
      }
      ByteBuffer bytes = ByteBuffer.allocate(FileHeader.BYTES);
      file.read(bytes, 0);
      FileHeader.Fields header = FileHeader.Fields.of(bytes.flip());
      return header.magic()
          && header.checksumRight()
          && header.kind() == FileKind.LOG.code()
          && header.fileNumber() < number;
    }
  }

  /** Number of the log. */
  public long number() {
    return number;
  }

  /** The store that the log names, see {@link StoreId}; 0: none. */
  public int storeId() {
    return begin.storeId();
  }

  /** The log that this one follows. */
  public PreviousLog previous() {
    return begin.previous();
  }

  /**
   * Sets where to stop, in bytes from the beginning of the file: an offset at which a record ends.
   * A limit that is reached can be raised.
   */
  public void limit(long limit) throws IOException {
    if (limit < nextOffset) {
      throw new IllegalArgumentException(
          "limit " + limit + " lies before the next record of " + path + " at " + nextOffset);
    }
    if (limit > this.limit || this.limit == Long.MAX_VALUE) {
      window.grow(this.limit == Long.MAX_VALUE ? nextOffset : this.limit);
    }
    this.limit = limit;
    if (end == End.LIMIT) {
      end = End.NONE;
    }
  }

  /** Whether a limit is set. */
  public boolean isLimited() {
    return limit != Long.MAX_VALUE;
  }

  /**
   * Lets {@link #next} read again from the file where it found no whole record: another process may
   * have written it since.
   */
  public void lookAgain() throws IOException {
    if (end == End.TORN) {
      end = End.NONE;
    }
    window.refresh();
  }

  /**
   * Steps to the next record.
   *
   * @return false when there is none; {@link #end} tells why
   * @throws CorruptionException when a record that was durable is not whole, naming its offset
   */
  public boolean next() throws IOException {
    if (closed) {
      throw new ClosedException("reader of " + path);
    }
    if (end != End.NONE) {
      return false;
    }
    if (nextOffset >= limit) {
      end = End.LIMIT;
      return false;
    }
    offset = nextOffset;
    if (!header.read(window, offset)) {
      return stop(0);
    }
    if (header.kind == LogFormat.END) {
      end = End.CLOSED;
      highestSequence = Math.max(highestSequence, header.firstSequence - 1);
      return false;
    }
    long lastSequence = lastSequence();
    if (!header.loadPayload(window, offset)) {
      return stop(lastSequence);
    }
    checkSequence();
    highestSequence = Math.max(highestSequence, lastSequence);
    showPayload();
    nextOffset = offset + LogFormat.recordBytes(header.storedBytes);
    return true;
  }

  /**
   * After {@link #next} threw, or found the log torn: goes to the nearest whole record behind the
   * place, for who wants what is left. Pieces of the log's stream behind a lost one cannot be
   * decompressed any more; {@link #next} throws for each.
   *
   * @return false when there is none; what {@link #end} tells then is not the end of a whole log
   */
  public boolean skipDamage() throws IOException {
    if (closed) {
      throw new ClosedException("reader of " + path);
    }
    long damaged = offset;
    boolean headed = header.read(window, damaged);
    streamLost |= !headed || header.codec == LogFormat.STREAM_CODEC;
    long last = Math.min(window.size(), limit) - LogFormat.RECORD_HEADER_BYTES;
    for (long at = damaged + LogFormat.ALIGNMENT_BYTES;
        at <= last;
        at += LogFormat.ALIGNMENT_BYTES) {
      if (header.read(window, at)
          && (header.kind == LogFormat.END || header.loadPayload(window, at))) {
        nextOffset = at;
        end = End.NONE;
        return true;
      }
    }
    return false;
  }

  /**
   * Highest sequence number of which a record speaks that was passed: a whole one, or one that was
   * durable and has a whole header; 0: none. That of a torn tail was never acknowledged as durable.
   */
  public long highestSequence() {
    return highestSequence;
  }

  /** The group of writes in this record, as it was appended. */
  public Slice payload() {
    return payload;
  }

  /** Sequence number of the first entry. */
  public long firstSequence() {
    return header.firstSequence;
  }

  /** Number of entries. */
  public int entryCount() {
    return header.entryCount;
  }

  /** Sequence number of the last entry. */
  public long lastSequence() {
    return header.firstSequence + header.entryCount - 1;
  }

  /**
   * Checks that no write is missing before this record.
   *
   * @param last sequence number of the write before it
   * @throws CorruptionException when the record does not begin right behind it
   */
  public void checkFollows(long last) throws CorruptionException {
    if (header.firstSequence != last + 1) {
      throw new CorruptionException(
          path.toString(),
          offset,
          "the write with sequence number " + (last + 1),
          "the one with "
              + header.firstSequence
              + ": a log before it is missing"
              + CorruptionException.HOW_TO_GO_ON);
    }
  }

  /** Time of the write, in milliseconds since 1970. */
  public long writeTimeMillis() {
    return header.writeTimeMillis;
  }

  /** Length of the payload as stored, in bytes. */
  public int storedBytes() {
    return header.storedBytes;
  }

  /** Code of the payload's codec; {@link LogFormat} has them. */
  public int codec() {
    return header.codec;
  }

  /** Offset up to which the log was known to be durable when this record was written, in bytes. */
  public long syncedOffset() {
    return header.syncedOffset;
  }

  /** Offset of this record in the file, in bytes. */
  public long offset() {
    return offset;
  }

  /** Offset at which the records read so far end, in bytes. */
  public long endOffset() {
    return nextOffset;
  }

  /** Bytes in the file behind {@link #endOffset}: an end record, or nothing that counts. */
  public long bytesBehindEnd() {
    return Math.max(0, window.size() - nextOffset);
  }

  /** Records with a whole header behind the end of a torn log: they were never durable. */
  long recordsBehindEnd() {
    return recordsBehindEnd;
  }

  /** Why {@link #next} returned false. */
  public End end() {
    return end;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      payload.clear();
      raw.close();
      if (stream != null) {
        stream.close();
      }
      window.close();
    }
  }

  private void checkSequence() throws CorruptionException {
    if (header.firstSequence < nextSequence) {
      throw new CorruptionException(
          path.toString(),
          offset,
          "sequence number " + nextSequence + " or higher",
          String.valueOf(header.firstSequence));
    }
    if (header.firstSequence > SequenceNumber.MAX - header.entryCount + 1) {
      throw new CorruptionException(
          path.toString(),
          offset,
          "sequence numbers of at most " + SequenceNumber.MAX,
          header.entryCount + " from " + header.firstSequence + " on");
    }
    nextSequence = header.firstSequence + header.entryCount;
  }

  private void showPayload() throws CorruptionException {
    long at = offset + LogFormat.RECORD_HEADER_BYTES;
    if (header.codec == Codec.NONE.code()) {
      payload.set(window.segment(), window.index(at), header.storedBytes);
      return;
    }
    raw.clear();
    try {
      decompress(window.bytes(at, header.storedBytes));
    } catch (MalformedException e) {
      throw new CorruptionException(
          path.toString(), at, "a compressed payload", String.valueOf(e.getMessage()));
    }
    payload.set(raw.segment(), 0, header.rawBytes);
  }

  private void decompress(ByteBuffer stored) {
    if (header.codec == LogFormat.STREAM_CODEC) {
      if (streamLost) {
        throw new MalformedException("a piece of the log's stream before it is lost");
      }
      if (stream == null) {
        stream = new StreamDecompressor();
      }
      stream.decompress(stored, header.rawBytes, raw);
    } else {
      Decompressor.checkRawBytes(header.codec, stored.remaining(), header.rawBytes);
      raw.ensure(header.rawBytes);
      Decompressor.decompress(header.codec, stored, raw.byteBuffer(0, header.rawBytes));
    }
  }

  /** No whole record at {@link #offset}: tells a torn tail from damage. */
  private boolean stop(long lastSequence) throws IOException {
    LogScan behind = LogScan.behind(window, place, offset + LogFormat.ALIGNMENT_BYTES);
    long synced = behind.syncedOffset();
    if (synced > offset) {
      highestSequence = Math.max(highestSequence, lastSequence);
      throw new CorruptionException(
          path.toString(),
          offset,
          "a whole record, since the log was durable up to " + synced,
          "a wrong checksum or length" + CorruptionException.HOW_TO_GO_ON);
    }
    recordsBehindEnd = behind.records();
    end = End.TORN;
    return false;
  }
}
