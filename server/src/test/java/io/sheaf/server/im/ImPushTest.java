package io.sheaf.server.im;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.server.ServedStore;
import io.sheaf.server.ServerOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events are pushed to the devices that a connection has subscribed. */
final class ImPushTest {
  @TempDir private Path directory;
  private ServedStore store;
  private RespClient sender;
  private RespClient device;

  @BeforeEach
  void serve() throws IOException {
    store = new ServedStore(directory, ServerOptions.DEFAULT);
    sender = new RespClient(store.port());
    sender.hello(3);
    assertEquals("OK", sender.call("IM.ADDDEVICE", "bob", "phone").text());
    device = new RespClient(store.port());
    device.hello(3);
  }

  @AfterEach
  void stop() throws IOException {
    device.close();
    sender.close();
    store.close();
  }

  @Test
  void anEventIsPushedAsItIsWritten() throws IOException {
    assertEquals(0, device.call("IM.SUBSCRIBE", "bob", "phone").at("newest").number());
    assertEquals(1, sender.call("IM.APPEND", "bob", "one").number());
    Reply push = device.read().pushed();
    assertEquals("im.event", push.at(0).text());
    assertEquals("bob", push.at(1).text());
    assertEquals("phone", push.at(2).text());
    assertEquals(1, push.at(3).at("position").number());
    assertEquals("one", push.at(3).at("body").text());
    assertEquals(1, device.call("IM.UNSUBSCRIBE", "bob", "phone").number());
    assertEquals(0, device.call("IM.UNSUBSCRIBE", "bob", "phone").number());
    assertEquals(2, sender.call("IM.APPEND", "bob", "two").number());
    assertEquals("PONG", device.call("PING").text()); // and nothing before it
  }

  @Test
  void aPushNeverComesIntoTheMiddleOfALongReply() throws Exception {
    int events = 2_000;
    String value = "x".repeat(200 << 10);
    assertEquals("OK", sender.call("SET", "long", value).text());
    assertEquals(0, device.call("IM.SUBSCRIBE", "bob", "phone").at("newest").number());
    FutureTask<Integer> appended =
        new FutureTask<>(() -> {
          for (int i = 1; i <= events; i++) {
            assertEquals(i, sender.call("IM.APPEND", "bob", "event" + i).number());
          }
          return events;
        });
    Thread.ofPlatform().name("events").start(appended);
    do {
      device.send("GET", "long");
      Reply next = device.read();
      while (next.value() instanceof Reply.Push) {
        next = device.read();
      }
      assertEquals(value, next.text());
    } while (!appended.isDone());
    assertEquals(events, appended.get());
  }

  @Test
  void aMessageIsPushedWithItsBody() throws IOException {
    assertEquals("OK", sender.call("IM.CREATE", "team", "MEMBERS", "ann", "bob").text());
    assertEquals(1, device.call("IM.SUBSCRIBE", "bob", "phone").at("newest").number());
    Reply _ = sender.call("IM.SEND", "team", "ann", "hello");
    Reply event = device.read().pushed().at(3);
    assertEquals(2, event.at("position").number());
    assertEquals("hello", event.at("message").at("body").text());
  }

  @Test
  void whoseRightsGoHearsNothingMore() throws IOException {
    assertEquals(
        "OK", sender.call("ACL", "SETUSER", "gate", "on", "nopass", "~bob", "+@all").text());
    assertEquals("OK", device.call("AUTH", "gate", "any").text());
    assertEquals(0, device.call("IM.SUBSCRIBE", "bob", "phone").at("newest").number());
    assertEquals("OK", sender.call("ACL", "SETUSER", "gate", "~ann").text()); // still allowed
    assertEquals(1, sender.call("IM.APPEND", "bob", "one").number());
    assertEquals("one", device.read().pushed().at(3).at("body").text());
    assertEquals("OK", sender.call("ACL", "SETUSER", "gate", "resetkeys", "~ann").text());
    assertEquals(2, sender.call("IM.APPEND", "bob", "two").number());
    assertThrows(IOException.class, device::read); // closed, so that it notices
  }

  @Test
  void whoBeginsAnewHearsNothingMore() throws IOException {
    assertEquals(0, device.call("IM.SUBSCRIBE", "bob", "phone").at("newest").number());
    assertTrue(sender.call("INFO", "clients").text().contains("subscribed_devices:1\r\n"));
    assertEquals("RESET", device.call("RESET").text());
    assertTrue(sender.call("INFO", "clients").text().contains("subscribed_devices:0\r\n"));
    device.hello(3);
    assertEquals(1, sender.call("IM.APPEND", "bob", "one").number());
    assertEquals("PONG", device.call("PING").text()); // and nothing before it
  }

  @Test
  void whoSpeaksTheSecondProtocolIsToldSo() throws IOException {
    try (RespClient old = new RespClient(store.port())) {
      String error = old.call("IM.SUBSCRIBE", "bob", "phone").error();
      assertTrue(error.startsWith("NOPUSH "), error);
    }
  }

  @Test
  void whoDoesNotReadIsToldThatItIsBehind() throws IOException {
    assertEquals(0, device.call("IM.SUBSCRIBE", "bob", "phone").at("newest").number());
    String body = "b".repeat(60_000);
    int events = 300; // 18 MB: more than sockets hold
    for (int i = 0; i < events; i++) {
      Reply _ = sender.call("IM.APPEND", "bob", body);
    }
    long expected = 1;
    Reply push = device.read().pushed();
    while (push.at(0).text().equals("im.event")) {
      assertEquals(expected, push.at(3).at("position").number());
      expected++;
      push = device.read().pushed();
    }
    assertEquals("im.behind", push.at(0).text());
    assertTrue(expected < events, "nothing was held back");
  }
}
