package io.sheaf.cli.measure;

/**
 * How far the load was at one moment.
 *
 * @param rows rows written so far
 * @param nanos time since the load began, in nanoseconds
 * @param residentBytes memory of the process; 0 where the system does not tell
 */
public record LoadSample(long rows, long nanos, long residentBytes) {}
