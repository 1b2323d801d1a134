package io.sheaf.server.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.im.Reply;
import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user reads and writes the keys that it may read and write, whatever command it takes for it.
 */
final class KeyRightsTest {
  private static final String REFUSED = "NOPERM No permissions to access a key";

  @TempDir private Path directory;
  private ServedStore store;
  private RespClient admin;
  private RespClient ann;

  @BeforeEach
  void serve() throws IOException {
    store = new ServedStore(directory, ServerOptions.DEFAULT);
    admin = new RespClient(store.port());
    assertEquals(
        "OK",
        admin
            .call("ACL", "SETUSER", "ann", "on", "nopass", "%W~w:*", "%R~r:*", "~b:*", "+@all")
            .text());
    ann = new RespClient(store.port());
    assertEquals("OK", ann.call("AUTH", "ann", "any").text());
  }

  @AfterEach
  void stop() throws IOException {
    ann.close();
    admin.close();
    store.close();
  }

  private void refused(String... words) throws IOException {
    assertEquals(REFUSED, ann.call(words).error(), String.join(" ", words));
  }

  @Test
  void whatMayOnlyBeWrittenIsNotTold() throws IOException {
    assertEquals("OK", ann.call("SET", "w:1", "secret").text());
    refused("GET", "w:1");
    refused("SET", "w:1", "x", "GET");
    refused("SET", "w:1", "x", "IFEQ", "guess");
    refused("SETBIT", "w:1", "0", "0");
    refused("INCR", "w:1");
    refused("COPY", "w:1", "b:1");
    refused("RENAME", "w:1", "b:1");
    refused("RENAMENX", "w:1", "b:1");
    refused("XCLAIM", "w:1", "g", "c", "0", "1-1");
    refused("XREADGROUP", "GROUP", "g", "c", "STREAMS", "w:1", ">");
    assertEquals("secret", admin.call("GET", "w:1").text());
    assertEquals(1, ann.call("EXISTS", "w:1").number());
  }

  @Test
  void whatMayOnlyBeReadIsNotChanged() throws IOException {
    assertEquals("OK", admin.call("SET", "r:1", "x").text());
    assertEquals(1, ann.call("COPY", "r:1", "w:1").number());
    refused("COPY", "w:1", "r:1");
    refused("RENAME", "r:1", "w:1");
    refused("RENAME", "b:1", "r:1");
    refused("MSET", "w:1", "1", "r:1", "2");
    refused("GETEX", "r:1", "PERSIST");
    assertEquals("x", ann.call("GET", "r:1").text());
    assertEquals("OK", ann.call("SET", "b:1", "y").text());
    assertEquals("OK", ann.call("RENAME", "b:1", "w:1").text());
  }

  @Test
  void commandTellsWhatIsDoneWithKeys() throws IOException {
    Reply get = admin.call("COMMAND", "INFO", "get").at(0);
    assertEquals("[@read, @string, @fast]", get.at(6).toString());
    assertEquals(
        "[flags, [RO, access], begin_search, [type, index, spec, [index, 1]], find_keys, [type,"
            + " range, spec, [lastkey, 0, keystep, 1, limit, 0]]]",
        get.at(8).at(0).toString());
    Reply xread = admin.call("COMMAND", "INFO", "xread").at(0);
    assertTrue(xread.at(2).toString().contains("movablekeys"));
    assertTrue(xread.at(8).at(0).toString().contains("[keyword, STREAMS, startfrom, 1]"));
    assertEquals(
        "[[a, [RW, access, update]]]",
        admin.call("COMMAND", "GETKEYSANDFLAGS", "SET", "a", "1", "GET").toString());
    assertEquals(
        "[[a, [OW, update]]]",
        admin.call("COMMAND", "GETKEYSANDFLAGS", "SET", "a", "1").toString());
    assertEquals(
        "[[a, [RO, access]], [b, [OW, update]]]",
        admin.call("COMMAND", "GETKEYSANDFLAGS", "COPY", "a", "b").toString());
    assertEquals(
        "[config|resetstat, config|rewrite]",
        sorted(admin.call("COMMAND", "LIST", "FILTERBY", "PATTERN", "config|*re*")));
    assertEquals("[]", sorted(admin.call("COMMAND", "LIST", "FILTERBY", "ACLCAT", "nosuch")));
    assertTrue(
        sorted(admin.call("COMMAND", "LIST", "FILTERBY", "ACLCAT", "admin"))
            .contains("client|list"));
  }

  private static String sorted(Reply names) {
    TreeSet<String> sorted = new TreeSet<>();
    for (int i = 0; i < names.size(); i++) {
      sorted.add(names.at(i).text());
    }
    return sorted.toString();
  }

  @Test
  void categoriesOfRedisAreUnderstood() throws IOException {
    assertEquals(
        "OK",
        admin
            .call("ACL", "SETUSER", "bob", "+@all", "-@scripting", "-@pubsub", "+@hash", "-@list")
            .text());
    assertTrue(
        admin.call("ACL", "DRYRUN", "bob", "FUNCTION", "LIST").text().startsWith("User bob"));
    assertEquals(
        "User ann has no permissions to access the 'w:1' key",
        admin.call("ACL", "DRYRUN", "ann", "GET", "w:1").text());
  }
}
