package io.sheaf.im.model;

/**
 * A user's own state of a message.
 *
 * @param deleted whether this user does not want to see it any more
 * @param marks the service's own number, 0 to 255: pinned, starred, read, done …
 */
public record MessageState(boolean deleted, int marks) {
  /** What a message has that nothing was said about. */
  public static final MessageState NONE = new MessageState(false, 0);

  private static final int MAX_MARKS = 255;

  /** Checks the marks. */
  public MessageState {
    if (marks < 0 || marks > MAX_MARKS) {
      throw new IllegalArgumentException("marks are 0 to " + MAX_MARKS + ", not " + marks);
    }
  }
}
