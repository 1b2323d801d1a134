package io.sheaf.im.client;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.sheaf.im.id.ConversationId;
import io.sheaf.im.id.DeviceId;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.id.UserId;
import io.sheaf.im.model.Body;
import io.sheaf.im.model.Conversation;
import io.sheaf.im.model.ConversationEntry;
import io.sheaf.im.model.Device;
import io.sheaf.im.model.Draft;
import io.sheaf.im.model.HistoryMessage;
import io.sheaf.im.model.HistoryQuery;
import io.sheaf.im.model.Member;
import io.sheaf.im.model.MessagePlace;
import io.sheaf.im.model.Reaction;
import io.sheaf.im.model.ReadReceipt;
import io.sheaf.im.model.SendOutcome;
import io.sheaf.im.model.SyncResult;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The IM layer of a served store, with the types of the embedded one ({@code io.sheaf.im.ImStore}).
 *
 * <pre>{@code
 * try (SheafImClient im = SheafImClient.connect("redis://127.0.0.1:7379")) {
 *   im.create(team, false, 0, List.of(ann, bob));
 *   im.send(Draft.of(team, ann, ClientMessageId.of("a1"), Body.of("hello")));
 *   im.addDevice(bob, phone);
 *   SyncResult news = im.sync(bob, phone, 100);
 * }
 * }</pre>
 *
 * <p>A request that the server refuses throws {@link RefusedException}; one that gets no answer, a
 * {@link RedisException}: whether it was carried out is not known then, and it is not sent a second
 * time by itself. Only {@link #send} says it in its outcome, and can be repeated safely.
 *
 * <p>Requests share one connection, which comes back by itself. For TLS the address begins with
 * {@code rediss:}, a user and a password stand before the host: {@code
 * redis://user:word@host:7379}.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads. <b>Ownership.</b> Who connected closes
 * it.
 */
public final class SheafImClient implements AutoCloseable {
  private final RedisClient redis;
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final Wire wire;
  private final Subscriptions subscriptions;

  private SheafImClient(RedisClient redis, RedisURI address) {
    this.redis = redis;
    this.connection = redis.connect(ByteArrayCodec.INSTANCE);
    this.wire = new Wire(connection, address.getTimeout());
    this.subscriptions = new Subscriptions(wire);
    connection.addListener(subscriptions);
    connection.addListener(
        new RedisConnectionStateAdapter() {
          @Override
          public void onRedisConnected(RedisChannelHandler<?, ?> again, SocketAddress address) {
            subscriptions.connectedAgain();
          }

          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
            wire.connectionLost();
          }
        });
  }

  /**
   * Connects to a server.
   *
   * @param address such as redis://127.0.0.1:7379; {@code ?timeout=5s} at its end says how long an
   *     answer is waited for, a minute otherwise
   * @throws RedisException when it cannot be reached
   */
  public static SheafImClient connect(String address) {
    RedisURI uri = RedisURI.create(address);
    RedisClient redis = RedisClient.create(uri);
    redis.setOptions(ClientOptions.builder().protocolVersion(ProtocolVersion.RESP3).build());
    try {
      return new SheafImClient(redis, uri);
    } catch (RuntimeException e) {
      redis.shutdown();
      throw e;
    }
  }

  /** Makes a conversation; {@code role} is that of all its members. */
  public void create(
      ConversationId id, boolean historyFromJoining, int role, List<UserId> members) {
    Words words = new Words(id.id());
    words.addIf(historyFromJoining, "FROMJOINING");
    ok(ImCommand.CREATE, words.add("ROLE", role).members(members));
  }

  /** Adds members; who is one already stays as it is. */
  public void join(ConversationId id, int role, List<UserId> members) {
    ok(ImCommand.JOIN, new Words(id.id()).add("ROLE", role).members(members));
  }

  /** Removes a member. */
  public void leave(ConversationId id, UserId user) {
    ok(ImCommand.LEAVE, new Words(id.id(), user.id()));
  }

  /** Deletes a conversation with its messages, for all. */
  public void drop(ConversationId id) {
    ok(ImCommand.DROP, new Words(id.id()));
  }

  /** The conversation, where there is one. */
  public Optional<Conversation> find(ConversationId id) {
    return one(ImCommand.INFO, new Words(id.id()), Replies::conversation);
  }

  /** Members in the order of their ids, from behind {@code after} on (null: the first). */
  public List<Member> members(ConversationId id, @Nullable UserId after, int limit) {
    Words words = new Words(id.id()).add("COUNT", limit);
    if (after != null) {
      words.add("AFTER", after.id());
    }
    return all(ImCommand.MEMBERS, words, Replies::member);
  }

  /**
   * Sends a message. Never throws: what was refused and what is not known is in the outcome. After
   * an unknown one, send it again under the same client message id.
   */
  public SendOutcome send(Draft draft) {
    Words words =
        new Words(draft.conversation().id(), draft.sender().id(), draft.body())
            .add("TYPE", draft.type());
    if (draft.clientMessageId() != null) {
      words.add("ID", draft.clientMessageId().id());
    }
    draft.timeMillis().ifPresent(time -> words.add("TIME", time));
    words.counted("MENTION", draft.mentions()).counted("ONLYFOR", draft.onlyFor());
    words.addIf(draft.mentionsAll(), "MENTIONALL").addIf(true, "DELIVERIES");
    try {
      return Replies.sent(draft.conversation(), wire.call(ImCommand.SEND, words.all()));
    } catch (RefusedException e) {
      return e.code().equals("UNKNOWN")
          ? new SendOutcome.Unknown(e)
          : new SendOutcome.NotWritten(e);
    } catch (RedisException e) {
      return new SendOutcome.Unknown(e);
    }
  }

  /** A page of what a member sees of a conversation, of 200 messages at most. */
  public List<HistoryMessage> history(UserId user, ConversationId id, HistoryQuery query) {
    Words words = new Words(id.id(), user.id());
    switch (query.direction()) {
      case BACK -> words.add("BEFORE", query.from());
      case ONWARD -> words.add("AFTER", query.from());
    }
    return all(ImCommand.HISTORY, words.add("COUNT", query.limit()), Replies::historyMessage);
  }

  /** One message, where the user may see it. */
  public Optional<HistoryMessage> message(UserId user, ConversationId id, MessageId message) {
    return one(ImCommand.MESSAGE, new Words(id.id(), user.id(), message), Replies::historyMessage);
  }

  /** A member has read up to this message. */
  public void read(UserId user, ConversationId id, MessageId upTo) {
    ok(ImCommand.READ, new Words(id.id(), user.id(), upTo));
  }

  /** Who has read a message. */
  public ReadReceipt receipt(ConversationId id, MessageId message) {
    return Replies.receipt(wire.call(ImCommand.RECEIPT, new Words(id.id(), message).all()));
  }

  /** Takes a message back, for all. */
  public void recall(UserId by, ConversationId id, MessageId message) {
    ok(ImCommand.RECALL, new Words(id.id(), by.id(), message));
  }

  /** Changes the body of a message, for all. */
  public void edit(UserId by, ConversationId id, MessageId message, Body body) {
    ok(ImCommand.EDIT, new Words(id.id(), by.id(), message, body));
  }

  /** Deletes a message for one user. */
  public void delete(UserId user, ConversationId id, MessageId message) {
    ok(ImCommand.DELETE, new Words(id.id(), user.id(), message));
  }

  /** Sets a user's own marks of a message, 0 to 255. */
  public void mark(UserId user, ConversationId id, MessageId message, int marks) {
    ok(ImCommand.MARK, new Words(id.id(), user.id(), message, marks));
  }

  /** Answers a message with a sign, or takes that back. */
  public void react(UserId user, ConversationId id, MessageId message, String sign, boolean on) {
    ok(ImCommand.REACT, new Words(id.id(), user.id(), message, sign).addIf(!on, "OFF"));
  }

  /** The reactions to a message, by sign. */
  public List<Reaction> reactions(ConversationId id, MessageId message) {
    return all(ImCommand.REACTIONS, new Words(id.id(), message), Replies::reaction);
  }

  /** The conversations of a user, newest first, from behind {@code after} on (null: the newest). */
  public List<ConversationEntry> conversations(
      UserId user, @Nullable ConversationEntry after, int limit) {
    Words words = new Words(user.id()).add("COUNT", limit);
    if (after != null) {
      words.add("AFTER", after.newestMessage()).add(after.conversation().id());
    }
    return all(ImCommand.CONVERSATIONS, words, Replies::entry);
  }

  /** How much a user has not read, of all its conversations. */
  public long unread(UserId user) {
    return number(ImCommand.UNREAD, new Words(user.id()));
  }

  /** How much a user has not read of a conversation. */
  public long unread(UserId user, ConversationId id) {
    return number(ImCommand.UNREAD, new Words(user.id(), id.id()));
  }

  /** The messages that mention a user, newest first, from a place on. */
  public List<HistoryMessage> mentions(UserId user, MessagePlace before, int limit) {
    Words words = new Words(user.id()).add("COUNT", limit);
    before
        .conversation()
        .ifPresentOrElse(
            conversation -> words.add("AFTER", before.id()).add(conversation.id()),
            () -> words.add("BEFORE", before.id()));
    return all(ImCommand.MENTIONS, words, Replies::historyMessage);
  }

  /** Shows a user nothing more of what was said in a conversation so far. */
  public void clear(UserId user, ConversationId id) {
    ok(ImCommand.CLEAR, new Words(user.id(), id.id()));
  }

  /** Mutes and pins a conversation for a user, or not. */
  public void set(UserId user, ConversationId id, boolean muted, boolean pinned) {
    ok(
        ImCommand.SETTINGS,
        new Words(user.id(), id.id())
            .add("MUTE", muted ? "ON" : "OFF")
            .add("PIN", pinned ? "ON" : "OFF"));
  }

  /** Removes all that is a user's own. */
  public void purge(UserId user, boolean hasHugeList) {
    ok(ImCommand.PURGE, new Words(user.id()).addIf(hasHugeList, "HUGELIST"));
  }

  /** Makes a device known: it starts at 0. */
  public void addDevice(UserId user, DeviceId device) {
    ok(ImCommand.ADDDEVICE, new Words(user.id(), device.id()));
  }

  /** Forgets a device. */
  public void removeDevice(UserId user, DeviceId device) {
    ok(ImCommand.REMOVEDEVICE, new Words(user.id(), device.id()));
  }

  /** The devices of a user. */
  public List<Device> devices(UserId user) {
    return all(ImCommand.DEVICES, new Words(user.id()), Replies::device);
  }

  /** What a device has not acknowledged, from the oldest on, 500 events at most. */
  public SyncResult sync(UserId user, DeviceId device, int limit) {
    return Replies.sync(
        wire.call(ImCommand.SYNC, new Words(user.id(), device.id()).add("COUNT", limit).all()));
  }

  /** A device has everything up to {@code position}; answers where it is. */
  public long acknowledge(UserId user, DeviceId device, long position) {
    return number(ImCommand.ACK, new Words(user.id(), device.id(), position));
  }

  /** Appends an event of the service's own to the queue of a user; answers its position. */
  public long append(UserId user, Body body) {
    return number(ImCommand.APPEND, new Words(user.id(), body));
  }

  /**
   * Has the events of a user pushed from now on. Where the device is not at {@link
   * DeviceSubscription#newestPosition}, it syncs first; what is pushed meanwhile it gets as well,
   * and knows by its position.
   */
  public DeviceSubscription subscribe(UserId user, DeviceId device, DeviceListener listener) {
    long newest = subscriptions.add(user, device, listener);
    return new DeviceSubscription(newest, () -> subscriptions.remove(user, device, listener));
  }

  /** Closes the connection. */
  @Override
  public void close() {
    connection.close();
    redis.shutdown();
  }

  private void ok(ImCommand command, Words words) {
    List<Object> _ = wire.call(command, words.all());
  }

  private long number(ImCommand command, Words words) {
    return Fields.number(wire.call(command, words.all()).getFirst());
  }

  private <T> Optional<T> one(
      ImCommand command, Words words, Function<@Nullable Object, T> meaning) {
    List<Object> reply = wire.call(command, words.all());
    return reply.size() <= 1 ? Optional.empty() : Optional.of(meaning.apply(reply));
  }

  private <T> List<T> all(ImCommand command, Words words, Function<@Nullable Object, T> meaning) {
    List<T> all = new ArrayList<>();
    for (Object each : wire.call(command, words.all())) {
      all.add(meaning.apply(each));
    }
    return all;
  }
}
