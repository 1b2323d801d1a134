package io.sheaf.im.model;

import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.MessageId;
import java.util.Optional;

/**
 * A conversation in a user's list.
 *
 * @param conversation which
 * @param newestMessage id of the newest message for this user; it gives the order of the list
 * @param lastMessage that message; empty where the user cannot see it any more
 * @param unread messages of others that the user has not read and that were not recalled
 * @param isMentioned whether an unread message mentions the user, or all members
 * @param isMuted whether the user wants no notice of it
 * @param isPinned whether the user keeps it on top
 * @param readSequence the number of the message up to which the user has read
 */
public record ConversationEntry(
    ConversationId conversation,
    MessageId newestMessage,
    Optional<Message> lastMessage,
    long unread,
    boolean isMentioned,
    boolean isMuted,
    boolean isPinned,
    long readSequence) {}
