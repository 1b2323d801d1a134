package io.sheaf.server.command;

/** A command is refused, in Redis's words where Redis has some; nothing was changed. */
public final class CommandException extends Exception {
  /** With a code and what it says, such as "ERR syntax error". */
  public CommandException(String codeAndMessage) {
    super(codeAndMessage, null, false, false);
  }

  /** The key holds another type. */
  public static CommandException wrongType() {
    return new CommandException(
        "WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  /** The arguments are not those of the command. */
  public static CommandException syntax() {
    return new CommandException("ERR syntax error");
  }

  /** An argument should be a number. */
  public static CommandException notInteger() {
    return new CommandException("ERR value is not an integer or out of range");
  }
}
