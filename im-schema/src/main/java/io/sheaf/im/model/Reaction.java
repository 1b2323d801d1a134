package io.sheaf.im.model;

import io.sheaf.im.id.UserId;

/**
 * That a member has answered to a message with a sign.
 *
 * @param sign with what
 * @param user who
 */
public record Reaction(String sign, UserId user) {}
