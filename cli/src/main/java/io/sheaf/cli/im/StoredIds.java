package io.sheaf.cli.im;

import io.sheaf.cli.console.CommandFailure;
import io.sheaf.cli.console.Console;
import io.sheaf.cli.console.IdText;
import io.sheaf.im.ImStore;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.UserId;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Looks up ids that were given on the command line; where one is not in the store, names some that
 * are, as they are to be given.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
final class StoredIds {
  private static final int SHOWN = 10;

  private StoredIds() {}

  /** Fails where there is no such conversation. */
  static void check(ImStore im, ConversationId id) throws CommandFailure, IOException {
    if (im.conversations().find(id).isEmpty()) {
      List<Id> some =
          im.conversations().list(null, SHOWN + 1).stream().map(one -> one.id().id()).toList();
      throw new CommandFailure(
          "no conversation '" + IdText.of(id.id()) + "' here; there " + shown(some));
    }
  }

  /** Fails where there is no such conversation, or the user is no member of it. */
  static void check(ImStore im, ConversationId id, UserId user) throws CommandFailure, IOException {
    check(im, id);
    if (!im.conversations().isMember(id, user)) {
      List<Id> some =
          im.conversations().members(id, null, SHOWN + 1).stream()
              .map(one -> one.user().id())
              .toList();
      throw new CommandFailure(
          "'"
              + IdText.of(user.id())
              + "' is no member of the conversation '"
              + IdText.of(id.id())
              + "'; there "
              + shown(some));
    }
  }

  /** Says, beside an empty answer, that the user may be mistyped. */
  static void noteNowhere(Console console, UserId user) {
    console.err().println("sheaf: '" + IdText.of(user.id()) + "' is in no conversation here");
  }

  private static String shown(List<Id> some) {
    if (some.isEmpty()) {
      return "are none";
    }
    return (some.size() == 1 ? "is " : "are ")
        + some.stream().limit(SHOWN).map(IdText::of).collect(Collectors.joining(", "))
        + (some.size() > SHOWN ? " and others" : "");
  }
}
