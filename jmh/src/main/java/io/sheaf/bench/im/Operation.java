package io.sheaf.bench.im;

/** What a service does with its store. */
enum Operation {
  /** A message to a group. */
  SEND,
  /** A device that is online asks for what is new. */
  SYNC,
  /** A device acknowledges what it got. */
  ACKNOWLEDGE,
  /** A member has read all of a conversation. */
  READ,
  /** The newest 50 messages of a conversation. */
  HISTORY,
  /** The newest 20 conversations of a user. */
  LIST
}
