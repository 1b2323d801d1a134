package io.sheaf.cli.im;

import io.sheaf.im.ImStore;
import io.sheaf.im.id.UserId;
import io.sheaf.im.inbox.ConversationList;
import io.sheaf.im.model.ConversationEntry;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All conversations of a user, newest first, page by page: its list, or, where that is empty, what
 * a query finds, as the list of an account that is in very many conversations stands with these.
 *
 * <p><b>Thread safety.</b> None.
 */
final class ListedConversations {
  private static final int PAGE = 10_000;

  private final ImStore im;
  private final UserId user;

  ListedConversations(ImStore im, UserId user) {
    this.im = im;
    this.user = user;
  }

  /**
   * Shows them.
   *
   * @param visitor takes one; whether to go on
   * @return whether there was one
   */
  boolean forEach(Predicate<ConversationEntry> visitor) throws IOException {
    return forEach(im.list()::page, visitor) || forEach(im.list()::query, visitor);
  }

  private interface Pages {
    List<ConversationEntry> page(UserId user, ConversationList.@Nullable Place after, int limit)
        throws IOException;
  }

  private boolean forEach(Pages pages, Predicate<ConversationEntry> visitor) throws IOException {
    List<ConversationEntry> page = pages.page(user, null, PAGE);
    boolean any = !page.isEmpty();
    while (!page.isEmpty()) {
      for (ConversationEntry entry : page) {
        if (!visitor.test(entry)) {
          return true;
        }
      }
      page =
          page.size() < PAGE
              ? List.of()
              : pages.page(user, ConversationList.Place.of(page.getLast()), PAGE);
    }
    return any;
  }
}
