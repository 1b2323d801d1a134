package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.PHONE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.MessageState;
import io.sheaf.im.model.NewMember;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.sync.EventListener;
import io.sheaf.im.sync.Subscription;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WhatEventsShowTest {
  @Test
  void whoJoinedLaterGetsAndChangesNothingFromBefore() throws Exception {
    ImOptions atOnce = ImOptions.DEFAULT.withWindow(Duration.ZERO);
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), atOnce)) {
      small.im.sync().addDevice(ANN, PHONE);
      small.im.sync().addDevice(BOB, PHONE);
      small.im.conversations().create(TEAM, true, List.of(NewMember.of(ANN)));
      MessageId id = small.send(ANN, "before").id();
      small.im.conversations().join(TEAM, List.of(NewMember.of(BOB)));
      List<String> pushed = new ArrayList<>();
      Subscription bobs = small.im.sync().subscribe(BOB, 1, heard(pushed));
      try (bobs) {
        small.im.messages().edit(ANN, TEAM, id, Body.of("not for bob"));
      }
      assertEquals(List.of("behind"), pushed);
      assertEquals(Optional.empty(), messageOf(small.events(BOB).getLast()));
      assertEquals(
          Optional.of("not for bob"),
          messageOf(small.events(ANN).getLast()).map(message -> message.body().text()));
      assertEquals("after", text(small, small.send(ANN, "after").id()));
      Class<ImException.UnknownMessage> unknown = ImException.UnknownMessage.class;
      var messages = small.im.messages();
      assertThrows(unknown, () -> messages.edit(BOB, TEAM, id, Body.of("bob's")));
      assertThrows(unknown, () -> messages.recall(BOB, TEAM, id));
      assertThrows(unknown, () -> messages.setState(BOB, TEAM, id, new MessageState(false, 1)));
    }
  }

  @Test
  void aListenerThatTakesLongIsToldThatItIsBehind() throws Exception {
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      List<String> pushed = new ArrayList<>();
      EventListener slow =
          new EventListener() {
            @Override
            public void pushed(UserId user, QueuedEvent event) {
              if (event.position() == 2) {
                append(small, 3000);
              }
              pushed.add(String.valueOf(event.position()));
            }

            @Override
            public void behind(UserId user) {
              pushed.add("behind");
            }
          };
      Subscription bobs = small.im.sync().subscribe(BOB, 1, slow);
      try (bobs) {
        append(small, 1);
        assertEquals("behind", pushed.getLast());
        assertEquals(1002, pushed.size(), "what waits for a listener is bounded");
        assertEquals("1002", pushed.get(1000));
      }
    }
  }

  /** While the listener is told of one event, others are written. */
  private static void append(SmallIm small, int count) {
    try {
      for (int i = 0; i < count; i++) {
        small.im.sync().append(BOB, Body.of("event"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(SmallIm small, MessageId id) throws IOException {
    Message message = messageOf(small.events(BOB).getLast()).orElseThrow();
    assertEquals(id, message.id());
    return message.body().text();
  }

  private static Optional<Message> messageOf(QueuedEvent queued) {
    return queued.event() instanceof Event.OfMessage of ? of.message() : Optional.empty();
  }

  private static EventListener heard(List<String> words) {
    return new EventListener() {
      @Override
      public void pushed(UserId user, QueuedEvent event) {
        words.add(String.valueOf(event.position()));
      }

      @Override
      public void behind(UserId user) {
        words.add("behind");
      }
    };
  }
}
