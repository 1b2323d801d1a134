package io.sheaf.server.client;

/**
 * What CLIENT LIST tells of a client, in the fields of Redis; 0 where the server has no such
 * figure.
 *
 * <p><b>Thread safety.</b> Stateless.
 */
public final class ClientLine {
  private ClientLine() {}

  /** The line, without its end. */
  public static String of(Client client, long nowMillis) {
    MultiState multi = client.multi();
    return "id="
        + client.id()
        + " addr="
        + client.address()
        + " laddr="
        + client.localAddress()
        + " fd=-1 name="
        + client.name()
        + " age="
        + (nowMillis - client.connectedMillis()) / 1_000
        + " idle="
        + (nowMillis - client.lastActiveMillis()) / 1_000
        + " flags="
        + flags(client)
        + " capa="
        + (client.takesRedirects() ? "r" : "")
        + " db=0 sub="
        + client.subscriptions()
        + " psub=0 ssub=0 multi="
        + (multi == null ? -1 : multi.queued().size())
        + " watch="
        + client.watchCount()
        + " qbuf=0 qbuf-free=0 argv-mem=0 multi-mem="
        + (multi == null ? 0 : multi.heldBytes())
        + " rbs=0 rbp=0 obl=0 oll=0 omem=0 tot-mem="
        + client.heldBytes()
        + " events=r cmd="
        + client.lastCommand()
        + " user="
        + client.user()
        + " redir=-1 resp="
        + client.protocol()
        + " lib-name="
        + client.libraryName()
        + " lib-ver="
        + client.libraryVersion()
        + " tot-net-in="
        + client.receivedBytes()
        + " tot-net-out="
        + client.sentBytes()
        + " tot-cmds="
        + client.commands();
  }

  /** The letters of Redis for what a client does; N: nothing of it. */
  public static String flags(Client client) {
    StringBuilder flags = new StringBuilder();
    if (client.isBlocked()) {
      flags.append('b');
    }
    if (client.multi() != null) {
      flags.append('x');
    }
    if (client.hasKeyChanged()) {
      flags.append('d');
    }
    if (client.subscriptions() > 0) {
      flags.append('P');
    }
    return flags.isEmpty() ? "N" : flags.toString();
  }
}
