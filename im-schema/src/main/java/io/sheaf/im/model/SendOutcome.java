package io.sheaf.im.model;

/** What became of a send. */
public sealed interface SendOutcome {
  /**
   * It is in the store, as durable as the store's options ask for.
   *
   * @param message what it got
   */
  record Durable(SentMessage message) implements SendOutcome {}

  /**
   * It was sent before under the same client message id.
   *
   * @param message what it got then
   */
  record AlreadyDurable(SentMessage message) implements SendOutcome {}

  /**
   * It is not in the store and never will be, unless it is sent again. What an earlier send under
   * the same client message id has written was looked for before.
   *
   * @param cause an {@link ImException} where the message or the moment does not fit; an {@link
   *     java.io.IOException} where the store could not be read or takes no writes, such as {@link
   *     io.sheaf.lsm.io.NoSpaceException} as long as the disk is full
   */
  record NotWritten(Exception cause) implements SendOutcome {}

  /**
   * The log failed while it was written, or had failed before and this may be a retry: the store is
   * read-only, and whether the message is there is known after it was opened again. Or this may be
   * a retry, and what it was answered the first time could not be read. A retry under the same
   * client message id is safe.
   *
   * @param cause what failed
   */
  record Unknown(Exception cause) implements SendOutcome {}
}
