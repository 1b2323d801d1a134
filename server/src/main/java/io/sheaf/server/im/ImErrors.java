package io.sheaf.server.im;

import io.sheaf.im.model.ImException;
import io.sheaf.server.command.CommandException;

/**
 * What the IM layer refuses, in the form of Redis: a code, by which a program decides, and what a
 * person reads.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class ImErrors {
  private ImErrors() {}

  static CommandException of(ImException refused) {
    return new CommandException(code(refused) + " " + refused.getMessage());
  }

  private static String code(ImException refused) {
    return switch (refused) {
      case ImException.UnknownConversation _ -> "NOCONVERSATION";
      case ImException.ConversationExists _ -> "CONVERSATIONEXISTS";
      case ImException.NotMember _ -> "NOTMEMBER";
      case ImException.UnknownDevice _ -> "NODEVICE";
      case ImException.UnknownMessage _ -> "NOMESSAGE";
      case ImException.BodyTooLarge _ -> "BODYTOOLARGE";
      case ImException.TimeOutOfRange _ -> "BADTIME";
      case ImException.ClientMessageIdReused _ -> "IDREUSED";
      case ImException.AcknowledgedTooFar _ -> "ACKTOOFAR";
      case ImException.ReadTooFar _ -> "READTOOFAR";
      case ImException.Recalled _ -> "RECALLED";
      case ImException.TooFast _ -> "TOOFAST";
    };
  }
}
