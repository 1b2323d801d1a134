package io.sheaf.lsm.version;

/**
 * A table as the manifest knows it.
 *
 * @param id number of the table, never used again in the store
 * @param name name, unique among the tables that are there
 * @param options current options
 */
public record TableDescriptor(int id, String name, TableOptions options) {}
