package io.sheaf.im.model;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;

/**
 * A conversation as a whole.
 *
 * @param id which
 * @param memberCount number of members
 * @param newestSequence number of messages to all members so far
 * @param newestMessage the newest message to all members; {@link MessageId#NONE} before the first
 * @param isLarge whether members fetch its events when they sync
 * @param historyFromJoining whether a member sees nothing from before joining
 */
public record Conversation(
    ConversationId id,
    long memberCount,
    long newestSequence,
    MessageId newestMessage,
    boolean isLarge,
    boolean historyFromJoining) {}
