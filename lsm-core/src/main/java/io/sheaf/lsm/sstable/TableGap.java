package io.sheaf.lsm.sstable;

import io.sheaf.lsm.coding.Slice;
import io.sheaf.lsm.io.CorruptionException;
import org.jspecify.annotations.Nullable;

/**
 * A part of an SSTable's data that cannot be read.
 *
 * <p><b>Ownership.</b> The slices belong to the record, lie on the heap and are never re-pointed.
 *
 * @param offset where it begins, in bytes
 * @param lengthBytes how long it is, in bytes
 * @param from no key in it lies below this one; null: not known
 * @param to no key in it lies above this one; null: not known
 * @param cause what is wrong with it
 */
public record TableGap(
    long offset,
    long lengthBytes,
    @Nullable Slice from,
    @Nullable Slice to,
    CorruptionException cause) {}
