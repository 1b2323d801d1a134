package io.sheaf.im.model;

import io.sheaf.im.id.UserId;

/**
 * That an event has its place in a user's sync queue.
 *
 * @param user whose queue
 * @param position where in it (elsewhere: PTS)
 */
public record Delivery(UserId user, long position) {}
