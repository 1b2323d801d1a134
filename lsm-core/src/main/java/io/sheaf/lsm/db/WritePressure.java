package io.sheaf.lsm.db;

/**
 * Whether writers are slowed, and why.
 *
 * @param level 0: not at all; 1: they wait; in between, slowed
 * @param reason what they wait for, in words
 */
public record WritePressure(double level, String reason) {}
