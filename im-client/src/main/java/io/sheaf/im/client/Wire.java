package io.sheaf.im.client;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.sheaf.im.id.Id;
import io.sheaf.im.id.MessageId;
import io.sheaf.im.model.Body;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends requests and waits for their replies; requests of several threads share the connection.
 *
 * <p><b>Thread safety.</b> Safe for any number of threads.
 */
final class Wire {
  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final Duration timeout;

  /**
   * A request that must not be carried out twice.
   *
   * @param lostBefore how often the connection had been lost when it was sent
   */
  private record SentOnce(CompletableFuture<List<Object>> reply, long lostBefore) {}

  /** Requests that must not be carried out twice, and have no reply yet. */
  private final Map<Long, SentOnce> sentOnce = new ConcurrentHashMap<>();

  private final AtomicLong lastNumber = new AtomicLong();

  private final AtomicLong timesLost = new AtomicLong();

  Wire(StatefulRedisConnection<byte[], byte[]> connection, Duration timeout) {
    this.connection = connection;
    this.timeout = timeout;
  }

  /**
   * Sends without waiting. Where the connection is lost before the reply has come, Lettuce would
   * send the request again over the next one; one that must not be carried out twice fails instead.
   */
  RedisFuture<List<Object>> send(ImCommand command, List<Object> words) {
    CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
    words.forEach(word -> arguments.add(bytes(word)));
    long lostBefore = timesLost.get();
    RedisFuture<List<Object>> reply =
        connection
            .async()
            .dispatch(command, new NestedMultiOutput<>(ByteArrayCodec.INSTANCE), arguments);
    if (!command.isRepeatable()) {
      CompletableFuture<List<Object>> future = reply.toCompletableFuture();
      long number = lastNumber.incrementAndGet();
      sentOnce.put(number, new SentOnce(future, lostBefore));
      var _ = future.whenComplete((_, _) -> sentOnce.remove(number));
      if (timesLost.get() != lostBefore) {
        lose(future);
      }
    }
    return reply;
  }

  /** The connection is lost; before another one is made. */
  void connectionLost() {
    long lost = timesLost.incrementAndGet();
    for (SentOnce sent : sentOnce.values()) {
      if (sent.lostBefore() < lost) { // else it waits for the next connection
        lose(sent.reply());
      }
    }
  }

  private static void lose(CompletableFuture<List<Object>> reply) {
    boolean _ =
        reply.completeExceptionally(
            new RedisException("the connection was lost before the answer came"));
  }

  /**
   * Sends, and waits for the reply.
   *
   * @throws RefusedException when the server answers an error
   * @throws RedisException when the connection is lost, or there is no answer in time
   */
  List<Object> call(ImCommand command, List<Object> words) {
    RedisFuture<List<Object>> reply = send(command, words);
    try {
      return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      boolean _ = reply.cancel(true); // what was not sent yet is not sent later
      throw new RedisException("no answer within " + timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      boolean _ = reply.cancel(true);
      throw new RedisException("interrupted while waiting for an answer", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RedisCommandExecutionException error) {
        throw RefusedException.of(String.valueOf(error.getMessage()), error);
      }
      throw new RedisException("the request failed", cause);
    }
  }

  private static byte[] bytes(Object word) {
    return switch (word) {
      case Id id -> id.toByteArray();
      case Body body -> body.bytes();
      case MessageId id -> text(id.toString());
      case Number number -> text(number.toString());
      case String text -> text(text);
      default -> throw new IllegalArgumentException("no word of a request: " + word.getClass());
    };
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
