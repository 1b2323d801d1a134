package io.sheaf.server.acl;

import static io.sheaf.server.command.CommandFlag.ADMIN;
import static io.sheaf.server.command.CommandFlag.SECRET;

import io.sheaf.server.command.Call;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.Handler;
import io.sheaf.server.wire.ReplyWriter;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * ACL: who may connect, and what it may do.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class AclCommands {
  private static final String GROUP = "server";
  private static final String SINCE = "6.0.0";
  private static final int STANDARD_LOG = 10;
  private static final int STANDARD_BITS = 256;
  private static final int MOST_BITS = 4_096;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Users users;

  private AclCommands(Users users) {
    this.users = users;
  }

  /** Adds them to {@code table}. */
  public static void addTo(CommandTable table, Users users) {
    AclCommands commands = new AclCommands(users);
    table.add(
        new Command("acl", -2, call -> {})
            .docs(GROUP, SINCE, "Who may connect, and what it may do.")
            .subcommands(
                new Command("acl|whoami", 2, call -> call.reply().bulk(call.client().user()))
                    .docs(GROUP, SINCE, "Tells who the client is."),
                new Command("acl|cat", -2, commands::categories)
                    .docs(GROUP, SINCE, "Tells categories, or the commands of one."),
                sub("deluser", -3, commands::remove, "Removes users, and closes their connections.")
                    .alsoFlags(SECRET),
                sub("dryrun", -4, commands::tryOut, "Tells whether a user may run a command."),
                new Command("acl|genpass", -2, AclCommands::password)
                    .docs(GROUP, SINCE, "Makes a random password."),
                sub("getuser", 3, commands::user, "Tells the rules of a user.").alsoFlags(SECRET),
                sub("list", 2, commands::list, "Tells all users as lines of an ACL file."),
                sub("load", 2, commands::load, "Takes the users of the ACL file."),
                sub("log", -2, commands::log, "Tells what was refused of late."),
                sub("save", 2, commands::save, "Writes the users to the ACL file."),
                sub("setuser", -3, commands::set, "Makes a user, or changes its rules.")
                    .alsoFlags(SECRET),
                sub("users", 2, commands::names, "Tells the names of all users.")));
  }

  private static Command sub(String name, int arity, Handler handler, String summary) {
    return new Command("acl|" + name, arity, handler).flags(ADMIN).docs(GROUP, SINCE, summary);
  }

  private void categories(Call call) throws CommandException {
    if (call.count() > 3) {
      throw CommandException.syntax();
    }
    ReplyWriter reply = call.reply();
    if (call.count() == 2) {
      reply.array(Category.values().length);
      for (Category category : Category.values()) {
        reply.bulk(category.shown());
      }
      return;
    }
    Category category =
        Category.named(call.text(2))
            .orElseThrow(() -> new CommandException("ERR Unknown category '" + call.text(2) + "'"));
    List<Command> commands = CommandRules.of(users.table(), category);
    reply.array(commands.size());
    commands.forEach(command -> reply.bulk(command.name()));
  }

  private void remove(Call call) throws CommandException {
    for (int i = 2; i < call.count(); i++) {
      if (call.text(i).equals(User.DEFAULT)) {
        throw new CommandException("ERR The 'default' user cannot be removed");
      }
    }
    int removed = 0;
    for (int i = 2; i < call.count(); i++) {
      removed += users.remove(call.text(i), call.client()) ? 1 : 0;
    }
    call.reply().integer(removed);
  }

  private void tryOut(Call call) throws CommandException {
    User user = users.all().get(call.text(2));
    if (user == null) {
      throw new CommandException("ERR User '" + call.text(2) + "' not found");
    }
    byte[][] words = new byte[call.count() - 3][];
    for (int i = 0; i < words.length; i++) {
      words[i] = call.bytes(i + 3);
    }
    Request request = Request.of(words);
    Command command;
    try {
      command = users.table().find(request);
    } catch (CommandException e) {
      throw new CommandException("ERR Command '" + call.text(3) + "' not found");
    }
    if (!command.takes(request.count())) {
      throw new CommandException(
          "ERR wrong number of arguments for '" + command.name() + "' command");
    }
    Users.Refusal refusal = Users.refusal(user, command, request);
    if (refusal == null) {
      call.reply().ok();
    } else {
      call.reply().bulk(refusal.fullMessage());
    }
  }

  private static void password(Call call) throws CommandException {
    long bits = call.count() > 2 ? call.integer(2) : STANDARD_BITS;
    if (call.count() > 3 || bits < 1 || bits > MOST_BITS) {
      throw new CommandException(
          "ERR ACL GENPASS argument must be the number of bits for the output password, a positive"
              + " number up to "
              + MOST_BITS);
    }
    int digits = (int) ((bits + 3) / 4);
    byte[] random = new byte[(digits + 1) / 2];
    RANDOM.nextBytes(random);
    call.reply().bulk(HexFormat.of().formatHex(random).substring(0, digits));
  }

  private void user(Call call) {
    User user = users.all().get(call.text(2));
    ReplyWriter reply = call.reply();
    if (user == null) {
      reply.none();
      return;
    }
    reply.map(6);
    reply.bulk("flags");
    reply.set(user.needsNoPassword() ? 2 : 1);
    reply.bulk(user.isOn() ? "on" : "off");
    if (user.needsNoPassword()) {
      reply.bulk("nopass");
    }
    reply.bulk("passwords");
    reply.array(user.passwords().size());
    user.passwords().forEach(password -> reply.bulk(password.toString()));
    write(reply, user.root());
    reply.bulk("selectors");
    reply.array(user.selectors().size());
    for (Selector selector : user.selectors()) {
      reply.map(3);
      write(reply, selector);
    }
  }

  private static void write(ReplyWriter reply, Selector selector) {
    reply.bulk("commands");
    reply.bulk(selector.commands().shown());
    reply.bulk("keys");
    reply.bulk(selector.shownKeys());
    reply.bulk("channels");
    reply.bulk(selector.shownChannels());
  }

  private void list(Call call) {
    call.reply().array(users.all().size());
    users.all().values().forEach(user -> call.reply().bulk(user.shown()));
  }

  private void names(Call call) {
    call.reply().array(users.all().size());
    users.all().keySet().forEach(call.reply()::bulk);
  }

  private void set(Call call) throws CommandException {
    String name = call.text(2);
    if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ')) {
      throw new CommandException("ERR Usernames can't contain spaces or null characters");
    }
    List<String> rules = new ArrayList<>();
    for (int i = 3; i < call.count(); i++) {
      rules.add(rule(call.bytes(i)));
    }
    users.set(name, rules);
    call.reply().ok();
  }

  /** A rule as text; a password whose bytes are no text is its digest, as it may be given too. */
  private static String rule(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean isText = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
    boolean adds = bytes.length > 0 && bytes[0] == '>';
    if (isText || !(adds || bytes[0] == '<')) {
      return text;
    }
    byte[] password = Arrays.copyOfRange(bytes, 1, bytes.length);
    return (adds ? "#" : "!") + PasswordHash.digest(password);
  }

  private void load(Call call) throws CommandException {
    requireFile();
    try {
      users.load();
    } catch (IOException e) {
      throw new CommandException("ERR " + e.getMessage() + "; the users are as they were");
    }
    call.reply().ok();
  }

  private void save(Call call) throws CommandException {
    requireFile();
    try {
      users.save();
    } catch (IOException e) {
      throw new CommandException("ERR the ACL file could not be written: " + e.getMessage());
    }
    call.reply().ok();
  }

  private void requireFile() throws CommandException {
    if (users.file() == null) {
      throw new CommandException(
          "ERR no ACL file is configured: set acl-file in the config file, then ACL SAVE and LOAD use"
              + " it");
    }
  }

  private void log(Call call) throws CommandException {
    if (call.count() == 3 && call.is(2, "reset")) {
      users.log().clear();
      call.reply().ok();
      return;
    }
    if (call.count() > 3) {
      throw CommandException.syntax();
    }
    long limit = call.count() == 3 ? call.integer(2) : STANDARD_LOG;
    List<AclLog.Entry> entries =
        users.log().newest((int) Math.max(0, Math.min(limit, Integer.MAX_VALUE)));
    ReplyWriter reply = call.reply();
    long nowMillis = System.currentTimeMillis();
    reply.array(entries.size());
    for (AclLog.Entry entry : entries) {
      reply.map(10);
      reply.bulk("count");
      reply.integer(entry.count());
      reply.bulk("reason");
      reply.bulk(entry.reason().shown());
      reply.bulk("context");
      reply.bulk(entry.isInMulti() ? "multi" : "toplevel");
      reply.bulk("object");
      reply.bulk(entry.object());
      reply.bulk("username");
      reply.bulk(entry.user());
      reply.bulk("age-seconds");
      reply.real((nowMillis - entry.createdMillis()) / 1_000.0);
      reply.bulk("client-info");
      reply.bulk(entry.client());
      reply.bulk("entry-id");
      reply.integer(entry.id());
      reply.bulk("timestamp-created");
      reply.integer(entry.createdMillis());
      reply.bulk("timestamp-last-updated");
      reply.integer(entry.updatedMillis());
    }
  }
}
