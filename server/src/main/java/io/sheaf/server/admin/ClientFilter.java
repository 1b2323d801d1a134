package io.sheaf.server.admin;

import io.sheaf.server.acl.Users;
import io.sheaf.server.client.Client;
import io.sheaf.server.client.Clients;
import io.sheaf.server.command.Call;
import io.sheaf.server.command.CommandException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which clients CLIENT LIST and CLIENT KILL are about: ID id …, TYPE type, ADDR address, LADDR
 * address, USER name, MAXAGE seconds, SKIPME yes|no.
 *
 * <p><b>Thread safety.</b> One thread at a time.
 */
final class ClientFilter {
  private final Call call;
  private final Users users;
  private final List<Predicate<Client>> wanted = new ArrayList<>();
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
      at = call.is(at, "id") ? ids(at + 1) : option(at);
    }
  }

  private int ids(int from) throws CommandException {
    Set<Long> ids = new TreeSet<>();
    int at = from;
    for (; at < call.count() && (at == from || isNumber(at)); at++) {
      ids.add(id(at));
    }
    wanted.add(client -> ids.contains(client.id()));
    return at;
  }

  private boolean isNumber(int index) {
    byte first = call.request().length(index) == 0 ? 0 : call.request().byteAt(index, 0);
    return first == '-' || (first >= '0' && first <= '9');
  }

  private long id(int index) throws CommandException {
    long id = 0;
    try {
      id = call.integer(index);
    } catch (CommandException e) {
      // told below
    }
    if (id < 1) {
      throw new CommandException("ERR client-id should be greater than 0");
    }
    return id;
  }

  private int option(int at) throws CommandException {
    String value = call.text(at + 1);
    if (call.is(at, "type")) {
      type(value);
    } else if (call.is(at, "addr")) {
      wanted.add(client -> client.address().equals(value));
    } else if (call.is(at, "user")) {
      if (!users.exists(value)) {
        throw new CommandException("ERR No such user '" + value + "'");
      }
      wanted.add(client -> client.isAuthenticated() && client.user().equals(value));
    } else if (call.is(at, "laddr")) {
      wanted.add(client -> client.localAddress().equals(value));
    } else if (call.is(at, "maxage")) {
      long seconds = call.integer(at + 1);
      if (seconds < 1) {
        throw new CommandException("ERR maxage should be greater than 0");
      }
      long now = call.rows().nowMillis();
      wanted.add(client -> (now - client.connectedMillis()) / 1_000 >= seconds);
    } else if (call.is(at, "skipme") && (call.is(at + 1, "yes") || call.is(at + 1, "no"))) {
      skipsMe = call.is(at + 1, "yes");
    } else {
      throw CommandException.syntax();
    }
    return at + 2;
  }

  private void type(String type) throws CommandException {
    switch (type.toLowerCase(Locale.ROOT)) {
      case "normal" -> wanted.add(client -> client.subscriptions() == 0);
      case "pubsub" -> wanted.add(client -> client.subscriptions() > 0);
      case "master", "primary", "replica", "slave" -> wanted.add(client -> false);
      default -> throw new CommandException("ERR Unknown client type '" + type + "'");
    }
  }

  /** The clients it is about, in the order in which they came. */
  List<Client> of(Clients clients) {
    return clients.all().stream()
        .filter(client -> !(skipsMe && client.id() == call.client().id()))
        .filter(client -> wanted.stream().allMatch(each -> each.test(client)))
        .toList();
  }
}
