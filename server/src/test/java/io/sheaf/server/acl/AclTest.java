package io.sheaf.server.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import io.sheaf.server.im.Reply;
import io.sheaf.server.im.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users, and what each may do, over a socket. */
final class AclTest {
  private static final Reply OK = Reply.of("OK");

  /** Of the password "secret", as an ACL file of Redis has it. */
  private static final String DIGEST =
      "#2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

  @TempDir private Path directory;
  private Path file;
  private ServedStore store;
  private RespClient admin;
  private final List<RespClient> open = new ArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    file = directory.resolve("users.acl");
    store = new ServedStore(directory.resolve("store"), ServerOptions.DEFAULT.withAclFile(file));
    admin = connect();
  }

  @AfterEach
  void stop() throws IOException {
    for (RespClient client : open) {
      client.close();
    }
    store.close();
  }

  private RespClient connect() throws IOException {
    RespClient client = new RespClient(store.port());
    client.hello(3);
    open.add(client);
    return client;
  }

  private RespClient connectAs(String user) throws IOException {
    RespClient client = connect();
    assertEquals(OK, client.call("AUTH", user, "secret"));
    return client;
  }

  private void setUser(String name, String... rules) throws IOException {
    List<String> words = new ArrayList<>(List.of("ACL", "SETUSER", name));
    words.addAll(List.of(rules));
    assertEquals(OK, admin.call(words.toArray(String[]::new)));
  }

  @Test
  void aUserMayWhatItsRulesSay() throws IOException {
    setUser("ann", "on", DIGEST, "~ann:*", "%R~all:*", "+@read", "+set", "+acl|whoami", "-get");
    RespClient ann = connectAs("ann");
    assertEquals("ann", ann.call("ACL", "WHOAMI").text());
    assertEquals(OK, ann.call("SET", "ann:1", "x"));
    assertEquals(1, ann.call("STRLEN", "ann:1").number());
    assertEquals(
        "NOPERM User ann has no permissions to run the 'get' command",
        ann.call("GET", "ann:1").error());
    assertEquals("NOPERM No permissions to access a key", ann.call("SET", "bob:1", "x").error());
    assertEquals("NOPERM No permissions to access a key", ann.call("SET", "all:1", "x").error());
    assertTrue(ann.call("MGET", "all:1", "ann:2").at(0).isNothing());
    assertEquals(
        "NOPERM No permissions to access a key", ann.call("MGET", "all:1", "bob:1").error());
    assertEquals(
        "NOPERM User ann has no permissions to run the 'acl|list' command",
        ann.call("ACL", "LIST").error());
    assertEquals(OK, admin.call("ACL", "DRYRUN", "ann", "SET", "ann:7", "x"));
    assertEquals(
        "User ann has no permissions to run the 'get' command",
        admin.call("ACL", "DRYRUN", "ann", "GET", "ann:7").text());
  }

  @Test
  void whatAPatternAllowsAddsUp() throws IOException {
    setUser("ann", "on", "nopass", "%R~both", "%W~both", "%R~read", "+@all");
    assertEquals("~both %R~read", admin.call("ACL", "GETUSER", "ann").at("keys").text());
    assertEquals(OK, admin.call("ACL", "DRYRUN", "ann", "SET", "both", "x", "GET"));
  }

  @Test
  void imCommandsHaveTheirRoutingKeyAsKey() throws IOException {
    setUser("service", "on", DIGEST, "~team:*", "+@im", "-@dangerous");
    RespClient service = connectAs("service");
    assertEquals(OK, service.call("IM.CREATE", "team:1", "MEMBERS", "ann"));
    assertTrue(service.call("IM.CREATE", "other", "MEMBERS", "ann").error().startsWith("NOPERM"));
    assertTrue(service.call("IM.DROP", "team:1").error().startsWith("NOPERM"));
  }

  @Test
  void oneSelectorHasToAllowAllOfACommand() throws IOException {
    setUser("ann", "on", DIGEST, "~a*", "+get", "(~b* +set)", "(~c*", "+get", "+set)");
    RespClient ann = connectAs("ann");
    assertTrue(ann.call("GET", "a").isNothing());
    assertTrue(ann.call("SET", "a", "1").error().startsWith("NOPERM"));
    assertEquals(OK, ann.call("SET", "b", "1"));
    assertTrue(ann.call("GET", "b").error().startsWith("NOPERM"));
    assertEquals(OK, ann.call("SET", "c", "1"));
    assertEquals("1", ann.call("GET", "c").text());
    setUser("ann", "clearselectors");
    assertTrue(ann.call("GET", "c").error().startsWith("NOPERM"));
  }

  @Test
  void whatListShowsIsTakenBack() throws IOException {
    setUser("ann", "on", DIGEST, "~a*", "%W~b*", "&news", "+@stream", "-xadd", "(+get ~c)");
    String line =
        lines(admin.call("ACL", "LIST")).stream()
            .filter(shown -> shown.startsWith("user ann "))
            .findFirst()
            .orElseThrow();
    assertTrue(
        line.endsWith(
            "~a* %W~b* resetchannels &news -@all +@stream -xadd (~c resetchannels -@all +get)"));
    String[] words = line.split(" ", -1);
    List<String> again = new ArrayList<>(List.of("ACL", "SETUSER", "bob"));
    again.addAll(List.of(words).subList(2, words.length));
    assertEquals(OK, admin.call(again.toArray(String[]::new)));
    assertTrue(lines(admin.call("ACL", "LIST")).contains(line.replace("user ann", "user bob")));
    RespClient bob = connectAs("bob");
    assertEquals(0, bob.call("XLEN", "a1").number());
    Reply shown = admin.call("ACL", "GETUSER", "bob");
    assertEquals("-@all +@stream -xadd", shown.at("commands").text());
    assertEquals("~a* %W~b*", shown.at("keys").text());
    assertEquals(1, shown.at("passwords").size());
  }

  private static List<String> lines(Reply reply) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < reply.size(); i++) {
      lines.add(reply.at(i).text());
    }
    return lines;
  }

  @Test
  void whatIsNoRuleChangesNothing() throws IOException {
    setUser("ann", "on", DIGEST, "+get");
    for (String wrong :
        new String[] {"+nosuch", "+@nosuch", "foo", "%X~a", "(+get", "#abc", "<nopassword", "+"}) {
      Reply refused = admin.call("ACL", "SETUSER", "ann", "+set", wrong);
      assertTrue(refused.error().startsWith("ERR "), wrong);
    }
    assertEquals("-@all +get", admin.call("ACL", "GETUSER", "ann").at("commands").text());
  }

  @Test
  void aWrongPasswordSaysNothingMore() throws IOException {
    setUser("ann", "on", DIGEST);
    setUser("off", "off", DIGEST);
    RespClient client = connect();
    String wrong = "WRONGPASS invalid username-password pair or user is disabled.";
    assertEquals(wrong, client.call("AUTH", "ann", "nonsense").error());
    assertEquals(wrong, client.call("AUTH", "off", "secret").error());
    assertEquals(wrong, client.call("AUTH", "nobody", "secret").error());
    Reply log = admin.call("ACL", "LOG");
    assertEquals("auth", log.at(0).at("reason").text());
    assertEquals("nobody", log.at(0).at("username").text());
    assertEquals(3, log.size());
    assertEquals(OK, admin.call("ACL", "LOG", "RESET"));
    assertEquals(0, admin.call("ACL", "LOG").size());
  }

  @Test
  void whoTriesPasswordsWaits() throws IOException {
    setUser("ann", "on", DIGEST);
    RespClient knows = connectAs("ann"); // its password is known from now on
    RespClient guesses = connect();
    for (int i = 0; i < 5; i++) {
      assertTrue(guesses.call("AUTH", "ann", "guess" + i).error().startsWith("WRONGPASS"));
    }
    assertTrue(guesses.call("AUTH", "ann", "guess6").error().startsWith("TRYLATER"));
    assertEquals(OK, knows.call("AUTH", "ann", "secret"));
  }

  @Test
  void manyGiveTheSamePasswordAtOnce() throws IOException {
    setUser("ann", "on", DIGEST, "+@all");
    List<RespClient> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) { // more than there are threads that run commands
      RespClient client = connect();
      client.send("AUTH", "ann", "secret");
      client.send("ACL", "WHOAMI");
      many.add(client);
    }
    for (RespClient client : many) {
      assertEquals(OK, client.read());
      assertEquals("ann", client.read().text());
    }
    RespClient last = connect();
    assertEquals("OK", last.call("MULTI").text());
    assertEquals("QUEUED", last.call("AUTH", "ann", "wrong").text());
    assertEquals("QUEUED", last.call("AUTH", "ann", "secret").text());
    Reply done = last.call("EXEC");
    assertTrue(done.at(0).error().startsWith("WRONGPASS"));
    assertEquals(OK, done.at(1));
  }

  @Test
  void whoIsRemovedIsGone() throws IOException {
    setUser("ann", "on", DIGEST, "+@all", "~*");
    RespClient ann = connectAs("ann");
    assertEquals(1, admin.call("ACL", "DELUSER", "ann").number());
    assertThrows(IOException.class, () -> ann.call("PING"));
    setUser("bob", "on", DIGEST, "+@all", "~*");
    RespClient bob = connectAs("bob");
    assertEquals(1, bob.call("ACL", "DELUSER", "bob").number());
    assertThrows(IOException.class, bob::read);
    assertTrue(admin.call("ACL", "DELUSER", "default").error().contains("cannot be removed"));
    assertTrue(admin.call("ACL", "GETUSER", "ann").isNothing());
  }

  @Test
  void aChangeHoldsAtOnceAndInMulti() throws IOException {
    setUser("ann", "on", DIGEST, "+@all", "~*");
    RespClient ann = connectAs("ann");
    assertEquals(OK, ann.call("MULTI"));
    assertEquals("QUEUED", ann.call("SET", "a", "1").text());
    assertEquals("QUEUED", ann.call("GET", "a").text());
    setUser("ann", "-set");
    Reply done = ann.call("EXEC");
    assertTrue(done.at(0).error().startsWith("NOPERM ACLs rules changed"));
    assertTrue(done.at(1).isNothing());
    assertEquals(OK, ann.call("MULTI"));
    assertTrue(ann.call("SET", "a", "1").error().startsWith("NOPERM"));
    assertTrue(ann.call("EXEC").error().startsWith("EXECABORT"));
  }

  @Test
  void usersAreKeptInAFileThatIsReadAgain() throws IOException {
    setUser("ann", "on", DIGEST, "~a*", "+@read");
    assertEquals(OK, admin.call("ACL", "SAVE"));
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    String text = Files.readString(file);
    assertTrue(text.contains("user ann on #pbkdf2-sha256$"), text);
    assertFalse(text.contains(DIGEST.substring(1)), text);
    assertFalse(store.server().reload());

    RespClient ann = connectAs("ann");
    Files.writeString(file, text.replace("+@read", "+get") + "user eve on nopass +ping\n");
    assertTrue(store.server().reload());
    assertTrue(ann.call("STRLEN", "a").error().startsWith("NOPERM"));
    assertTrue(ann.call("GET", "a").isNothing());
    assertEquals(3, admin.call("ACL", "USERS").size());

    Files.writeString(file, "user ann on +get\nuser eve on +nosuch\n");
    IOException refused = assertThrows(IOException.class, store.server()::reload);
    assertTrue(String.valueOf(refused.getMessage()).contains("users.acl:2: "));
    String error = admin.call("ACL", "LOAD").error();
    assertTrue(error.contains("users.acl:2: Error in "), error);
    assertTrue(ann.call("GET", "a").isNothing()); // as it was
  }

  @Test
  void categoriesAreTold() throws IOException {
    assertTrue(lines(admin.call("ACL", "CAT")).contains("dangerous"));
    assertTrue(lines(admin.call("ACL", "CAT", "stream")).contains("xadd"));
    assertTrue(lines(admin.call("ACL", "CAT", "admin")).contains("config|set"));
    assertEquals("ERR Unknown category 'x'", admin.call("ACL", "CAT", "x").error());
    assertEquals(64, admin.call("ACL", "GENPASS").text().length());
    assertEquals(2, admin.call("ACL", "GENPASS", "5").text().length());
  }
}
