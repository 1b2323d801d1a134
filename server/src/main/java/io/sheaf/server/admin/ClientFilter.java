package io.sheaf.server.admin;

import io.sheaf.server.acl.Users;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.ClientLine;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Which clients CLIENT LIST and CLIENT KILL are about: ID id …, TYPE type, ADDR address, LADDR
 * address, IP address, USER name, NAME name, FLAGS letters, CAPA letters, IDLE seconds, MAXAGE
 * seconds, each but MAXAGE with NOT- before it too, and SKIPME yes|no. All have to hold; of the
 * same one that is given twice the last, but for ids, which are taken together.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class ClientFilter {
  private static final String FLAGS = "OSMPTxbtRAuUiNdcrBeI";

  private final Call call;
  private final Users users;
  private final Map<String, Set<Long>> ids = new HashMap<>();
  private final Map<String, Predicate<Client>> wanted = new HashMap<>();
  private boolean skipsMe;

  /** The filter in the arguments from the third on. */
  ClientFilter(Call call, Users users, boolean skipsMe) throws CommandException {
    this.call = call;
    this.users = users;
    this.skipsMe = skipsMe;
    int at = 2;
    while (at < call.count()) {
      if (at + 1 == call.count()) {
        throw CommandException.syntax();
      }
      String name = call.text(at).toLowerCase(Locale.ROOT);
      boolean isNot = name.startsWith("not-");
      String plain = isNot ? name.substring("not-".length()) : name;
      if (plain.equals("id")) {
        at = ids(name, isNot, at + 1);
      } else {
        option(name, plain, isNot, at + 1);
        at += 2;
      }
    }
  }

  private int ids(String name, boolean isNot, int from) throws CommandException {
    Set<Long> chosen = ids.computeIfAbsent(name, n -> new TreeSet<>());
    int at = from;
    for (; at < call.count() && (at == from || isNumber(at)); at++) {
      chosen.add(id(at));
    }
    wanted.put(name, client -> chosen.contains(client.id()) != isNot);
    return at;
  }

  private boolean isNumber(int index) {
    byte first = call.request().length(index) == 0 ? 0 : call.request().byteAt(index, 0);
    return first == '-' || (first >= '0' && first <= '9');
  }

  private long id(int index) throws CommandException {
    long id;
    try {
      id = call.integer(index);
    } catch (CommandException e) {
      throw CommandException.syntax();
    }
    if (id < 1) {
      throw new CommandException("ERR client-id should be greater than 0");
    }
    return id;
  }

  private void option(String name, String plain, boolean isNot, int at) throws CommandException {
    if (name.equals("skipme") && (call.is(at, "yes") || call.is(at, "no"))) {
      skipsMe = call.is(at, "yes");
    } else if (name.equals("maxage")) {
      wanted.put(name, atLeast(at, "maxage", Client::connectedMillis));
    } else {
      Predicate<Client> found = predicate(plain, at);
      wanted.put(name, isNot ? found.negate() : found);
    }
  }

  private Predicate<Client> predicate(String plain, int at) throws CommandException {
    String value = call.text(at);
    return switch (plain) {
      case "type" -> type(value);
      case "addr" -> client -> client.address().equals(value);
      case "laddr" -> client -> client.localAddress().equals(value);
      case "ip" -> client -> ip(client).equals(value);
      case "name" -> client -> client.name().equals(value);
      case "user" -> user(value);
      case "flags" -> flags(value);
      case "capa" -> client -> value.equals("r") && client.takesRedirects();
      case "idle" -> atLeast(at, "idle", Client::lastActiveMillis);
      default -> throw CommandException.syntax();
    };
  }

  private static String ip(Client client) {
    String address = client.address();
    return address.substring(0, Math.max(0, address.lastIndexOf(':')));
  }

  private Predicate<Client> user(String name) throws CommandException {
    if (!users.exists(name)) {
      throw new CommandException("ERR No such user '" + name + "'");
    }
    return client -> client.isAuthenticated() && client.user().equals(name);
  }

  private static Predicate<Client> flags(String letters) throws CommandException {
    if (letters.chars().anyMatch(letter -> FLAGS.indexOf(letter) < 0)) {
      throw new CommandException("ERR Unknown flags found in the provided filter: " + letters);
    }
    return client -> {
      String has = ClientLine.flags(client);
      return letters.chars().allMatch(letter -> has.indexOf(letter) >= 0);
    };
  }

  /** Those since whose time there have been as many seconds as the argument says. */
  private Predicate<Client> atLeast(int at, String what, ToLongFunction<Client> timeMillis)
      throws CommandException {
    long seconds = call.integer(at);
    if (seconds < 1) {
      throw new CommandException("ERR " + what + " should be greater than 0");
    }
    long now = call.rows().nowMillis();
    return client -> (now - timeMillis.applyAsLong(client)) / 1_000 >= seconds;
  }

  private static Predicate<Client> type(String type) throws CommandException {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "normal" -> client -> client.subscriptions() == 0;
      case "pubsub" -> client -> client.subscriptions() > 0;
      case "master", "primary", "replica", "slave" -> client -> false;
      default -> throw new CommandException("ERR Unknown client type '" + type + "'");
    };
  }

  /** The clients it is about, in the order in which they came. */
  List<Client> of(Clients clients) {
    return clients.all().stream()
        .filter(client -> !(skipsMe && client.id() == call.client().id()))
        .filter(client -> wanted.values().stream().allMatch(each -> each.test(client)))
        .toList();
  }
}
