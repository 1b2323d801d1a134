package io.sheaf.server.acl;

import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientLine;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.Command;
import io.sheaf.server.command.CommandException;
import io.sheaf.server.command.CommandFlag;
import io.sheaf.server.command.CommandTable;
import io.sheaf.server.command.KeySpec;
import io.sheaf.server.command.Permissions;
import io.sheaf.server.wire.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users there are, and what each may do. A change of a user holds from the next command of its
 * clients on.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
public final class Users implements Permissions {
  /** Who a client is that has not said so. */
  public static final String DEFAULT = User.DEFAULT;

  private static final Logger LOGGER = LoggerFactory.getLogger(Users.class);

  private static final String WRONG =
      "WRONGPASS invalid username-password pair or user is disabled.";

  private final CommandTable table;
  private final UserRules rules;
  private final Clients clients;
  private final AclLog log = new AclLog();
  private final Logins logins = new Logins(System::nanoTime);
  private final @Nullable String password;
  private final @Nullable Path file;

  /** By name; replaced as a whole, under the lock of this. */
  private volatile Map<String, User> users = Map.of();

  /** How often they were replaced; changed under the lock of this. */
  private volatile long changes;

  /** What the file held when it was read last; guarded by this. */
  private String loaded = "";

  /**
   * Users of the commands of {@code table}. Until {@link #open} nobody may do anything.
   *
   * @param password of the default user; null: it needs none
   * @param file with users; null: there is none
   */
  public Users(
      CommandTable table, Clients clients, @Nullable String password, @Nullable Path file) {
    this.table = table;
    this.rules = new UserRules(table);
    this.clients = clients;
    this.password = password;
    this.file = file;
  }

  /**
   * Takes the users of the file, if it is there; all commands are in the table now.
   *
   * @throws IOException when the file cannot be read, or a line of it is wrong
   */
  public synchronized void open() throws IOException {
    become(Map.of(User.DEFAULT, standard()));
    if (file == null) {
      return;
    }
    if (AclFile.mayExist(file)) {
      load();
    } else {
      LOGGER.warn(
          "There is no ACL file {}: there is the default user only, {} a password, until the file"
              + " is there",
          file,
          password == null ? "without" : "with");
    }
  }

  private User standard() {
    List<String> words = new ArrayList<>(List.of("on", "~*", "&*", "+@all"));
    words.add(password == null ? "nopass" : ">" + password);
    try {
      return rules.apply(User.fresh(User.DEFAULT), words);
    } catch (CommandException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a client has to say who it is before anything else. */
  public boolean needsPassword() {
    User user = users.get(User.DEFAULT);
    return user == null || !user.isOn() || !user.needsNoPassword();
  }

  /**
   * A client says who it is.
   *
   * @return null: it is; else its password is being compared: ask again when that is done
   * @throws CommandException when the password is wrong, or it is to try again later
   */
  public @Nullable CompletableFuture<?> enter(Client client, String name, byte[] password)
      throws CommandException {
    User user;
    do {
      user = users.get(name);
      CompletableFuture<Boolean> answer =
          logins.admit(user, name, password, host(client.address()));
      if (!answer.isDone()) {
        return answer;
      }
      if (!answer.join()) {
        long nowMillis = System.currentTimeMillis();
        log.add(
            AclLog.Reason.AUTH,
            client.multi() != null,
            "AUTH",
            name,
            ClientLine.of(client, nowMillis),
            nowMillis);
        throw new CommandException(WRONG);
      }
    } while (!begin(client, name, user));
    return null;
  }

  /**
   * A client is {@code user} from now on; false: that user was changed or removed while the
   * password was compared, which takes its time, so that it has to be compared again.
   */
  private synchronized boolean begin(Client client, String name, @Nullable User user) {
    if (!Objects.equals(users.get(name), user)) {
      return false;
    }
    client.user(name);
    client.authenticated(true);
    return true;
  }

  /** A client begins, or begins anew: as the default user, where that needs no password. */
  public void begin(Client client) {
    client.user(User.DEFAULT);
    client.authenticated(!needsPassword());
  }

  private static String host(String address) {
    int colon = address.lastIndexOf(':');
    return colon < 0 ? address : address.substring(0, colon);
  }

  @Override
  public void check(Client client, Command command, Request request, boolean isInMulti)
      throws CommandException {
    if (command.is(CommandFlag.NO_AUTH)) {
      return;
    }
    User user = client.isAuthenticated() ? users.get(client.user()) : null;
    if (user == null) {
      throw new CommandException("NOAUTH Authentication required.");
    }
    Refusal refusal = refusal(user, command, request);
    if (refusal != null) {
      long nowMillis = System.currentTimeMillis();
      log.add(
          refusal.reason(),
          isInMulti,
          refusal.object(),
          user.name(),
          ClientLine.of(client, nowMillis),
          nowMillis);
      throw new CommandException("NOPERM " + refusal.message());
    }
  }

  @Override
  public boolean allows(Client client, Command command, Request request) {
    User user = client.isAuthenticated() ? users.get(client.user()) : null;
    return user != null && refusal(user, command, request) == null;
  }

  @Override
  public long changes() {
    return changes;
  }

  /** Takes others in the place of the users there were. */
  private synchronized void become(Map<String, User> changed) {
    users = changed;
    changes++;
  }

  /** Why something is refused: what its client is told, and what is told of another. */
  record Refusal(AclLog.Reason reason, String object, String message, String fullMessage) {}

  /** Why this user may not run it; null: it may. */
  static @Nullable Refusal refusal(User user, Command command, Request request) {
    Refusal refusal = refusal(user, user.root(), command, request);
    for (Selector selector : user.selectors()) {
      if (refusal == null) {
        return null;
      }
      Refusal another = refusal(user, selector, command, request);
      if (another == null || another.reason() == AclLog.Reason.KEY) {
        refusal = another; // it came further
      }
    }
    return refusal;
  }

  private static @Nullable Refusal refusal(
      User user, Selector selector, Command command, Request request) {
    if (!selector.allow(command)) {
      String message =
          "User " + user.name() + " has no permissions to run the '" + command.name() + "' command";
      return new Refusal(AclLog.Reason.COMMAND, command.name(), message, message);
    }
    if (selector.hasAllKeys()) {
      return null;
    }
    for (int position : command.keys().of(request)) {
      KeySpec spec = command.keySpecAt(position);
      if (!selector.allow(request.bytes(position), spec.reads(request), spec.writes())) {
        String key = request.text(position);
        return new Refusal(
            AclLog.Reason.KEY,
            key,
            "No permissions to access a key",
            "User " + user.name() + " has no permissions to access the '" + key + "' key");
      }
    }
    return null;
  }

  /** How often passwords were wrong. */
  public long refusedPasswords() {
    return log.count(AclLog.Reason.AUTH);
  }

  /** How often commands were refused for the commands that they are. */
  public long refusedCommands() {
    return log.count(AclLog.Reason.COMMAND);
  }

  /** How often commands were refused for their keys. */
  public long refusedKeys() {
    return log.count(AclLog.Reason.KEY);
  }

  /** Whether there is a user of this name. */
  public boolean exists(String name) {
    return users.containsKey(name);
  }

  CommandTable table() {
    return table;
  }

  AclLog log() {
    return log;
  }

  Map<String, User> all() {
    return users;
  }

  /** Makes a user, or changes it. */
  synchronized void set(String name, List<String> words) throws CommandException {
    User before = users.getOrDefault(name, User.fresh(name));
    Map<String, User> changed = new TreeMap<>(users);
    changed.put(name, rules.apply(before, words));
    become(changed);
  }

  /**
   * Removes a user, and closes its connections; that of {@code caller} once it has its reply.
   *
   * @return false when there is none
   */
  synchronized boolean remove(String name, Client caller) {
    Map<String, User> changed = new TreeMap<>(users);
    boolean removed = changed.remove(name) != null;
    become(changed);
    if (!users.containsKey(caller.user())) {
      caller.closeAfterReply();
    }
    closeStrangers();
    return removed;
  }

  private void closeStrangers() {
    for (Client client : clients.all()) {
      if (!users.containsKey(client.user()) && !client.isClosing()) {
        client.kill();
      }
    }
  }

  /** The file with users; null: there is none. */
  public @Nullable Path file() {
    return file;
  }

  /**
   * Takes the users of the file in place of those there are; all of them or, where a line is wrong,
   * none.
   *
   * @throws IOException when it cannot be read, or a line of it is wrong; says which
   */
  public synchronized void load() throws IOException {
    Path from = file;
    if (from == null) {
      throw new IOException("no acl-file is configured");
    }
    String text = AclFile.text(from);
    Map<String, User> found = AclFile.read(from, text, rules);
    if (!found.containsKey(User.DEFAULT)) {
      found.put(User.DEFAULT, standard());
    }
    become(found);
    loaded = text;
    closeStrangers();
  }

  /**
   * The same, if the file is there and has changed since.
   *
   * @return whether it has
   */
  public synchronized boolean reload() throws IOException {
    Path from = file;
    if (from == null || !AclFile.mayExist(from) || AclFile.text(from).equals(loaded)) {
      return false;
    }
    load();
    return true;
  }

  /** Writes the users to the file. */
  synchronized void save() throws IOException {
    Path to = file;
    if (to == null) {
      throw new IOException("no acl-file is configured");
    }
    loaded = AclFile.write(to, users.values());
  }
}
