package io.sheaf.im.model;

/**
 * A message as one user sees it.
 *
 * @param message the message
 * @param state this user's own state of it; never a deleted one
 */
public record HistoryMessage(Message message, MessageState state) {}
