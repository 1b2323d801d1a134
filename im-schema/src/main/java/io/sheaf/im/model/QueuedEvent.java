package io.sheaf.im.model;

/**
 * An event at its place in a user's sync queue.
 *
 * @param position 1, 2, 3 … (elsewhere: PTS)
 * @param event what happened
 */
public record QueuedEvent(long position, Event event) {}
