package io.sheaf.server.im;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server answers.
 *
 * @param value text, a number, a list or a map of replies, an {@link ErrorText}; null: nothing
 */
public record Reply(@Nullable Object value) {
  /** An error. */
  public record ErrorText(String text) {}

  /** What answers nothing. */
  public record Push(List<Reply> content) {}

  public static Reply of(Object value) {
    return new Reply(value);
  }

  public boolean isNothing() {
    return value == null;
  }

  public String text() {
    return as(String.class);
  }

  public long number() {
    return as(Long.class);
  }

  public String error() {
    return as(ErrorText.class).text();
  }

  public Reply at(String field) {
    Reply found = (Reply) as(Map.class).get(of(field));
    return Objects.requireNonNull(found, () -> "no " + field + " in " + this);
  }

  public Reply at(int index) {
    return (Reply) as(List.class).get(index);
  }

  public Reply last() {
    return at(size() - 1);
  }

  public int size() {
    return as(List.class).size();
  }

  /** A push as the list that it is. */
  public Reply pushed() {
    return of(as(Push.class).content());
  }

  private <T> T as(Class<T> type) {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new AssertionError("not a " + type.getSimpleName() + ": " + value);
  }

  @Override
  public String toString() {
    return String.valueOf(value);
  }
}
