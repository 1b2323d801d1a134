package io.sheaf.testdata;

/**
 * One read of the rows of one user.
 *
 * <p><em>Thread safety:</em> immutable.
 *
 * @param kind decides the direction: {@link ReadKind#LATEST} and {@link ReadKind#HOT_LATEST} go
 *     backwards, the others onward
 * @param user the prefix of the keys to read
 * @param id where to begin, itself included; {@link Long#MAX_VALUE} for the newest, 0 for the
 *     oldest
 * @param limit the most rows to read
 */
public record Read(ReadKind kind, long user, long id, int limit) {}
