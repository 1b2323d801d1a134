package io.sheaf.im;

import static io.sheaf.im.SmallIm.ANN;
import static io.sheaf.im.SmallIm.BOB;
import static io.sheaf.im.SmallIm.EVE;
import static io.sheaf.im.SmallIm.TEAM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.im.id.MessageId;
import io.sheaf.im.limit.DeferredSends;
import io.sheaf.im.limit.Origin;
import io.sheaf.im.limit.Rate;
import io.sheaf.im.limit.Rates;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.ImException;
import io.sheaf.im.model.Message;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.lsm.io.CrashFileSystem;
import io.sheaf.lsm.io.MemoryFileSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeferredSendsTest {
  @Test
  void sendsInOrderWhenThereIsTime() throws Exception {
    try (SmallIm small = new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT)) {
      small.withTeam(ANN, BOB);
      DeferredSends deferred = small.im.deferred();
      List<SendOutcome> outcomes = new ArrayList<>();
      deferred.listen((draft, outcome) -> {
        synchronized (outcomes) {
          outcomes.add(outcome);
        }
      });
      for (int i = 0; i < 100; i++) {
        deferred.add(small.draft(i == 50 ? EVE : ANN, "d" + i), Duration.ofMinutes(30));
      }
      deferred.deliver(); // the store's own thread may be at it, too
      assertEquals(0, deferred.waiting());
      List<String> sent =
          small.im.history().messages(TEAM, HistoryQuery.after(MessageId.NONE, 1000)).stream()
              .map(message -> message.body().text())
              .toList();
      assertEquals(99, sent.size());
      assertEquals("d0", sent.getFirst());
      assertEquals("d51", sent.get(50));
      synchronized (outcomes) {
        assertInstanceOf(ImException.NotMember.class, SmallIm.refusal(outcomes.get(50)));
      }
    }
  }

  @Test
  void survivesACrashAndIsSentOnce() throws Exception {
    CrashFileSystem disk = new CrashFileSystem();
    List<CrashFileSystem> left = new ArrayList<>();
    try (SmallIm small = new SmallIm(disk, ImOptions.DEFAULT).withTeam(ANN, BOB)) {
      for (int i = 0; i < 200; i++) {
        small.im.deferred().add(small.draft(ANN, "d" + i), Duration.ofHours(1));
      }
      disk.onOperation(name -> {
        synchronized (left) {
          left.add(disk.killClone());
        }
      });
      small.im.deferred().deliver();
      disk.onOperation(name -> {});
    }
    assertTrue(!left.isEmpty());
    for (CrashFileSystem crashed : left) {
      try (SmallIm small = new SmallIm(crashed, ImOptions.DEFAULT)) {
        small.im.deferred().deliver();
        List<Message> sent =
            small.im.history().messages(TEAM, HistoryQuery.after(MessageId.NONE, 1000));
        assertEquals(200, sent.size());
        for (int i = 0; i < sent.size(); i++) {
          assertEquals("d" + i, sent.get(i).body().text());
          assertEquals(i + 1, sent.get(i).sequence());
        }
      }
    }
  }

  @Test
  void ratesRefuseWithTheTimeToWait() throws Exception {
    Rates rates = new Rates(new Rate(1, 2), Rate.UNLIMITED, Rate.UNLIMITED, new Rate(1000, 1000));
    try (SmallIm small =
        new SmallIm(new MemoryFileSystem(), ImOptions.DEFAULT.withRates(rates))
            .withTeam(ANN, BOB)) {
      Origin origin = new Origin("desktop", "robot");
      SmallIm.durable(small.im.send(small.draft(ANN, "1"), origin));
      SmallIm.durable(small.im.send(small.draft(ANN, "2"), origin));
      ImException.TooFast refused =
          assertInstanceOf(
              ImException.TooFast.class,
              SmallIm.refusal(small.im.send(small.draft(ANN, "3"), origin)));
      assertTrue(refused.retryAfterMillis() > 0 && refused.retryAfterMillis() <= 1000);
      SmallIm.durable(small.im.send(small.draft(BOB, "4"), origin));
      assertEquals(ANN, small.im.gate().hotUsers(1).getFirst().key());
      assertEquals(TEAM, small.im.gate().hotConversations(1).getFirst().key());
    }
  }
}
