package io.sheaf.cli.move;

/**
 * A row on its way into a store or out of one.
 *
 * @param table name of its table
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Row(String table, byte[] key, byte[] value) {}
