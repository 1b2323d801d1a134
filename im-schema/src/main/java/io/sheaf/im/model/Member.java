package io.sheaf.im.model;

import io.sheaf.im.id.UserId;

/**
 * A member of a conversation.
 *
 * @param user who
 * @param role the service's own number, 0 to 255
 * @param joinedMillis when it joined, in milliseconds since 1970
 */
public record Member(UserId user, int role, long joinedMillis) {}
