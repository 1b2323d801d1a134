package io.sheaf.server.acl;

import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the words of ACL SETUSER, and of a line of an ACL file, do to a user: on, off, nopass,
 * &gt;password, ~keys, +command, +@category, (more) and the rest, as Redis has them.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class UserRules {
  private static final String SYNTAX = "Syntax error";

  private final CommandTable table;

  UserRules(CommandTable table) {
    this.table = table;
  }

  /**
   * The user as {@code rules} make it.
   *
   * @throws CommandException which names the rule that is none
   */
  User apply(User user, List<String> rules) throws CommandException {
    User changed = user;
    for (String rule : joinParentheses(rules)) {
      changed = apply(changed, rule);
    }
    return changed;
  }

  /** Words from "(" to ")" are one rule. */
  private static List<String> joinParentheses(List<String> words) throws CommandException {
    List<String> rules = new ArrayList<>();
    StringBuilder open = null;
    for (String word : words) {
      if (open == null && !word.startsWith("(")) {
        rules.add(word);
        continue;
      }
      open = open == null ? new StringBuilder(word) : open.append(' ').append(word);
      if (word.endsWith(")")) {
        rules.add(open.toString());
        open = null;
      }
    }
    if (open != null) {
      throw new CommandException(
          "ERR Unmatched parenthesis in acl selector starting at '"
              + open.toString().split(" ", -1)[0]
              + "'.");
    }
    return rules;
  }

  private User apply(User user, String rule) throws CommandException {
    return switch (rule.toLowerCase(Locale.ROOT)) {
      case "on" -> user.on(true);
      case "off" -> user.on(false);
      case "nopass" -> user.withoutPasswords(true);
      case "resetpass" -> user.withoutPasswords(false);
      case "reset" -> User.fresh(user.name());
      case "clearselectors" -> user.withoutSelectors();
      case "sanitize-payload", "skip-sanitize-payload" -> user; // there are no payloads
      case "" -> throw wrong(rule, SYNTAX);
      default -> applyByFirst(user, rule);
    };
  }

  private User applyByFirst(User user, String rule) throws CommandException {
    String rest = rule.substring(1);
    return switch (rule.charAt(0)) {
      case '>' -> user.with(PasswordHash.ofDigest(digest(rest)));
      case '<' -> user.without(find(user, rule, digest(rest)));
      case '#' -> user.with(hash(rule, rest));
      case '!' -> user.without(removed(user, rule, rest));
      case '(' -> user.withSelector(selector(rule));
      default -> user.withRoot(apply(user.root(), rule));
    };
  }

  private static String digest(String password) {
    return PasswordHash.digest(password.getBytes(StandardCharsets.UTF_8));
  }

  private static PasswordHash hash(String rule, String hash) throws CommandException {
    if (PasswordHash.isDigest(hash)) {
      return PasswordHash.ofDigest(hash);
    }
    return PasswordHash.parse(hash)
        .orElseThrow(() ->
            wrong(
                rule,
                "The password hash must be exactly 64 characters and contain only lowercase"
                    + " hexadecimal characters"));
  }

  private static PasswordHash removed(User user, String rule, String hash) throws CommandException {
    if (PasswordHash.isDigest(hash)) {
      return find(user, rule, hash);
    }
    Optional<PasswordHash> named = PasswordHash.parse(hash);
    if (named.isEmpty() || !user.passwords().contains(named.get())) {
      throw noSuchPassword(rule);
    }
    return named.get();
  }

  private static PasswordHash find(User user, String rule, String digest) throws CommandException {
    for (PasswordHash password : user.passwords()) {
      if (password.matches(digest)) {
        return password;
      }
    }
    throw noSuchPassword(rule);
  }

  private static CommandException noSuchPassword(String rule) {
    return wrong(rule, "The password you are trying to remove from the user does not exist");
  }

  private Selector selector(String rule) throws CommandException {
    Selector selector = Selector.NONE;
    for (String word : rule.substring(1, rule.length() - 1).strip().split(" +", -1)) {
      if (!word.isEmpty()) {
        selector = apply(selector, word);
      }
    }
    return selector;
  }

  private Selector apply(Selector selector, String rule) throws CommandException {
    return switch (rule.toLowerCase(Locale.ROOT)) {
      case "allkeys", "~*" -> selector.withoutKeys().withKey(KeyPattern.of("*", true, true));
      case "resetkeys" -> selector.withoutKeys();
      case "allchannels", "&*" -> selector.withoutChannels().withChannel("*");
      case "resetchannels" -> selector.withoutChannels();
      case "allcommands", "+@all" -> selector.with(CommandRules.all(table, true));
      case "nocommands", "-@all" -> selector.with(CommandRules.all(table, false));
      default -> applyByFirst(selector, rule);
    };
  }

  private Selector applyByFirst(Selector selector, String rule) throws CommandException {
    if (rule.length() == 1) {
      throw wrong(rule, SYNTAX);
    }
    return switch (rule.charAt(0)) {
      case '+', '-' ->
          selector.with(
              selector
                  .commands()
                  .with(table, rule)
                  .orElseThrow(() -> wrong(rule, "Unknown command or category name in ACL")));
      case '~' -> withKey(selector, rule, rule.substring(1), true, true);
      case '&' -> withChannel(selector, rule);
      case '%' -> withAccess(selector, rule);
      default -> throw wrong(rule, SYNTAX);
    };
  }

  private static Selector withChannel(Selector selector, String rule) throws CommandException {
    if (selector.hasAllChannels()) {
      throw wrong(
          rule,
          "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does"
              + " not have any effect. Try 'resetchannels' to start with an empty list of"
              + " channels");
    }
    return selector.withChannel(rule.substring(1));
  }

  private static Selector withAccess(Selector selector, String rule) throws CommandException {
    int tilde = rule.indexOf('~');
    String access = tilde < 0 ? "" : rule.substring(1, tilde).toUpperCase(Locale.ROOT);
    return switch (access) {
      case "R" -> withKey(selector, rule, rule.substring(tilde + 1), true, false);
      case "W" -> withKey(selector, rule, rule.substring(tilde + 1), false, true);
      case "RW", "WR" -> withKey(selector, rule, rule.substring(tilde + 1), true, true);
      default -> throw wrong(rule, SYNTAX);
    };
  }

  private static Selector withKey(
      Selector selector, String rule, String pattern, boolean reads, boolean writes)
      throws CommandException {
    if (selector.hasAllKeys()) {
      throw wrong(
          rule,
          "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not"
              + " have any effect. Try 'resetkeys' to start with an empty list of patterns");
    }
    if (pattern.isEmpty() || pattern.chars().anyMatch(c -> c <= ' ')) {
      throw wrong(rule, SYNTAX);
    }
    return selector.withKey(KeyPattern.of(pattern, reads, writes));
  }

  private static CommandException wrong(String rule, String why) {
    String shown = rule.startsWith(">") || rule.startsWith("<") ? rule.charAt(0) + "…" : rule;
    return new CommandException("ERR Error in ACL SETUSER modifier '" + shown + "': " + why);
  }
}
