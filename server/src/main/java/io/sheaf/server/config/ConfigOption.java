package io.sheaf.server.config;

import java.util.Locale;

/** The options of a config file, each with its default and what it means. */
public enum ConfigOption {
  /** Directory of the store. */
  STORE("sheaf-data", "Directory of the store; made where it is missing."),
  /** Address. */
  BIND(
      "127.0.0.1",
      "Address to listen on. Without a password, connections from other machines are refused"
          + " whatever stands here."),
  /** Port. */
  PORT("7379", "Port to listen on; 0: one that is free."),
  /** Password. */
  PASSWORD(
      "",
      "Password of the default user, where the ACL file has none; empty: none is needed. Keep the"
          + " file 0600."),
  /** Users. */
  ACL_FILE(
      "",
      "File with users, a line for each: user NAME RULES, in the words of ACL SETUSER. Empty: there"
          + " is none. It is read again when it changes; ACL SAVE writes it, with mode 0600, and"
          + " makes it where it is missing."),
  /** Certificate. */
  TLS_CERTIFICATE(
      "",
      "PEM file with the server's certificate, and those that signed it. With it the port speaks TLS"
          + " 1.2 and 1.3, and nothing else. Read again when it changes."),
  /** Key. */
  TLS_KEY(
      "",
      "PEM file with the key to it, PKCS#8 (BEGIN PRIVATE KEY), without a password. Keep it 0600."),
  /** Authorities. */
  TLS_AUTHORITIES(
      "", "PEM file with who signs the certificates of clients; empty: those that the JDK knows."),
  /** Client certificates. */
  TLS_CLIENTS("no", "Whether clients have to show a certificate: no, optional or required."),
  /** Connections. */
  MAX_CLIENTS("10000", "Connections at most; more are refused with an error."),
  /** Memory for clients. */
  MAXMEMORY_CLIENTS(
      "128m",
      "Memory held for all clients together: requests that are not executed, what is queued in"
          + " MULTI, replies that are not read. Beyond it little more is read from those that hold"
          + " most, and those that do not go on, for 5 seconds, are closed, the largest first. The"
          + " requests lie on the heap: 384m from the launcher, more by SHEAF_JAVA_OPTS=-Xmx1g."),
  /** An argument. */
  PROTO_MAX_BULK_LEN("64m", "Largest argument of a request, 1m to 64m."),
  /** A request. */
  CLIENT_QUERY_BUFFER_LIMIT(
      "65m",
      "Largest request, and most that one client may queue in MULTI; a client beyond it is closed."),
  /** Threads. */
  WORKERS(
      "0",
      "Threads that run commands; 0: four for each processor, as a read may wait for the disk."),
  /** FLUSHALL. */
  ALLOW_FLUSH("no", "Whether FLUSHALL and FLUSHDB are allowed: yes or no."),
  /** DEBUG. */
  ALLOW_DEBUG("no", "Whether DEBUG is allowed, which is for tests: yes or no."),
  /** Durability. */
  DURABILITY(
      "written",
      "When a write is answered. sync: when it is on the disk; written: when it survives a killed"
          + " process; buffered: at once, and it is written within buffered-millis."),
  /** Interval of buffered writes. */
  BUFFERED_MILLIS("100", "With durability buffered: how long a write may stay in memory."),
  /** Logs. */
  LOG_KEPT(
      "0",
      "Logs that the store needs no more are kept up to so many bytes, for ./sheaf tail --follow and"
          + " the like, which read them. Units k, m, g. 0: none; who follows may miss writes then."),
  /** Age of logs. */
  LOG_KEPT_FOR("0", "How long they are kept at most, such as 2d; 0: however old they are."),
  /** Memory. */
  MEMORY(
      "1g",
      "Memory of the store off the heap: memtables, cache, indexes. Units k, m, g. The JVM must"
          + " allow it: 4g from the launcher, more by"
          + " SHEAF_JAVA_OPTS=-XX:MaxDirectMemorySize=8g."),
  /** Write buffer. */
  WRITE_BUFFER(
      "", "Part of it for memtables, at most; empty: a quarter. A larger one means less to merge."),
  /** Port of metrics. */
  METRICS_PORT(
      "",
      "Port for HTTP with /metrics (Prometheus), /health/alive and /health/ready; 0: one that is"
          + " free; empty: none. It has no password: keep it on an address that only watchers reach."),
  /** Address of metrics. */
  METRICS_BIND("127.0.0.1", "Address for it."),
  /** Log lines. */
  LOG_FORMAT("text", "How log lines look on standard error: text, or json, an object a line."),
  /** Events. */
  IM_EVENTS_KEPT(
      "7d",
      "How long events wait for the devices of a user; a device that comes later is rebased. This"
          + " and the like: a number with ms, s, m, h or d."),
  /** Devices. */
  IM_DEVICES_KEPT("30d", "How long a device is kept that does not show up."),
  /** Answers. */
  IM_ANSWERS_KEPT("2d", "For how long a message that is sent again under its ID is known."),
  /** Messages. */
  IM_MESSAGES_KEPT("0", "How long messages are kept; 0: for ever."),
  /** Rebase. */
  IM_REBASE_EVENTS("10000", "A device for which more events wait is rebased."),
  /** Large conversations. */
  IM_LARGE_MEMBERS(
      "500",
      "A conversation with more members is large: its members fetch its events when they sync."),
  /** Window. */
  IM_WINDOW(
      "1s",
      "For how long read positions, edits and reactions are gathered before members are told, up to"
          + " 1m; a crash loses read positions of the window. 0: not at all."),
  /** Bodies. */
  IM_BODY("64k", "Largest body of a message."),
  /** Rate of a user. */
  IM_USER_RATE(
      "", "Messages a second that a user may send, such as 5, or 5/20 with a burst; empty: any."),
  /** Rate of a conversation. */
  IM_CONVERSATION_RATE("", "The same for a conversation."),
  /** Rate of a kind of client. */
  IM_CLIENT_RATE("", "The same for a kind of client (IM.SEND CLIENT)."),
  /** Rate of an application. */
  IM_APPLICATION_RATE("", "The same for an application (IM.SEND APPLICATION).");

  private final String standard;
  private final String meaning;

  ConfigOption(String standard, String meaning) {
    this.standard = standard;
    this.meaning = meaning;
  }

  /** Its name in the file, such as max-clients. */
  public String shown() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it is where the file does not say. */
  public String standard() {
    return standard;
  }

  /** What it means. */
  public String meaning() {
    return meaning;
  }
}
