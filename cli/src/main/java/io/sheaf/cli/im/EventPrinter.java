package io.sheaf.cli.im;

import io.sheaf.cli.console.JsonText;
import io.sheaf.cli.console.PrintableText;
import io.sheaf.im.model.Event;
import io.sheaf.im.model.QueuedEvent;
import io.sheaf.im.model.SyncResult;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Prints what a device gets, one event a line.
 *
 * <p><b>Thread safety.</b> None.
 */
final class EventPrinter {
  private final PrintStream out;
  private final boolean json;

  EventPrinter(PrintStream out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** An event. */
  void print(QueuedEvent queued) {
    out.println(
        json ? JsonText.of(fields(queued)) : queued.position() + " " + words(queued.event()));
  }

  /** That there is none. */
  void printUpToDate(long position) {
    out.println(
        json ? "{\"upToDate\":true,\"position\":" + position + "}" : "up to date at " + position);
  }

  /** That there is more than is told one by one. */
  void print(SyncResult.Rebase rebase) {
    out.println(
        json
            ? "{\"rebase\":true,\"position\":"
                + rebase.position()
                + ",\"oldestKept\":"
                + rebase.oldestKept()
                + "}"
            : "too much has happened: take the conversations as they are, and go on from "
                + rebase.position()
                + "; kept are events from "
                + rebase.oldestKept()
                + " on");
  }

  private static Map<String, Object> fields(QueuedEvent queued) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("position", queued.position());
    switch (queued.event()) {
      case Event.OfMessage of -> {
        fields.put("event", name(of.change()));
        MessagePrinter.putText(fields, "conversation", of.conversation().id().toByteArray());
        fields.put("id", of.id().toString());
        fields.put("sequence", of.sequence());
        of.message().ifPresent(found -> fields.put("message", MessagePrinter.fields(found)));
      }
      case Event.OfConversation of -> {
        fields.put("event", name(of.change()));
        MessagePrinter.putText(fields, "conversation", of.conversation().id().toByteArray());
        fields.put("sequence", of.sequence());
        of.member()
            .ifPresent(user -> MessagePrinter.putText(fields, "member", user.id().toByteArray()));
      }
      case Event.Custom custom -> {
        fields.put("event", "custom");
        MessagePrinter.putText(fields, "text", custom.body().bytes());
      }
    }
    return fields;
  }

  private static String words(Event event) {
    return switch (event) {
      case Event.OfMessage of ->
          name(of.change())
              + " "
              + PrintableText.of(of.conversation().id().toByteArray())
              + " "
              + of.id()
              + of.message()
                  .map(message ->
                      " <"
                          + PrintableText.of(message.sender().id().toByteArray())
                          + "> "
                          + PrintableText.of(message.body().bytes()))
                  .orElse("");
      case Event.OfConversation of ->
          name(of.change())
              + " "
              + PrintableText.of(of.conversation().id().toByteArray())
              + (of.sequence() == 0 ? "" : " #" + of.sequence())
              + of.member()
                  .map(member -> " " + PrintableText.of(member.id().toByteArray()))
                  .orElse("");
      case Event.Custom custom -> "custom " + PrintableText.of(custom.body().bytes());
    };
  }

  private static String name(Enum<?> change) {
    return change.name().toLowerCase(Locale.ROOT);
  }
}
