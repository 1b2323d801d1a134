package io.sheaf.cli.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one JSON value strictly: objects become maps in their order, numbers {@link Double}s, or
 * {@link Long}s where they are whole; there is no null.
 *
 * <p><em>Thread safety:</em> none.
 *
 * <p><em>Source:</em> RFC 8259.
 */
public final class JsonReader {
  private static final int MOST_DEPTH = 8;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * The object that {@code text} is, and nothing else but white space.
   *
   * @throws IllegalArgumentException when it is none; says where
   */
  public static Map<String, Object> object(String text) {
    JsonReader reader = new JsonReader(text);
    reader.space();
    Map<String, Object> object = reader.readObject(1);
    reader.space();
    if (reader.at < text.length()) {
      throw reader.expected("the end");
    }
    return object;
  }

  private IllegalArgumentException expected(String what) {
    return new IllegalArgumentException(
        "JSON: expected "
            + what
            + (at < text.length() ? ", not '" + text.charAt(at) + "'," : ", not the end,")
            + " at character "
            + (at + 1));
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void take(char wanted) {
    if (at >= text.length() || text.charAt(at) != wanted) {
      throw expected("'" + wanted + "'");
    }
    at++;
  }

  private boolean skip(char wanted) {
    space();
    if (at < text.length() && text.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private Object readValue(int depth) {
    if (depth > MOST_DEPTH) {
      throw expected("at most " + MOST_DEPTH + " values in one another");
    }
    space();
    char first = at < text.length() ? text.charAt(at) : ' ';
    return switch (first) {
      case '{' -> readObject(depth);
      case '[' -> readArray(depth);
      case '"' -> readString();
      case 't' -> readWord("true", true);
      case 'f' -> readWord("false", false);
      default -> readNumber();
    };
  }

  private Map<String, Object> readObject(int depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    take('{');
    if (skip('}')) {
      return object;
    }
    do {
      space();
      String name = readString();
      space();
      take(':');
      if (object.put(name, readValue(depth + 1)) != null) {
        throw expected("no second field '" + name + "'");
      }
    } while (skip(','));
    take('}');
    return object;
  }

  private List<Object> readArray(int depth) {
    List<Object> array = new ArrayList<>();
    take('[');
    if (skip(']')) {
      return array;
    }
    do {
      array.add(readValue(depth + 1));
    } while (skip(','));
    take(']');
    return array;
  }

  private boolean readWord(String word, boolean value) {
    if (!text.startsWith(word, at)) {
      throw expected("a value");
    }
    at += word.length();
    return value;
  }

  private Number readNumber() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    try {
      return number.matches("-?(0|[1-9][0-9]*)")
          ? (Number) Long.valueOf(number)
          : (Number) Double.valueOf(number);
    } catch (NumberFormatException e) {
      at = start;
      throw expected("a value");
    }
  }

  private String readString() {
    take('"');
    StringBuilder string = new StringBuilder();
    while (true) {
      int start = at;
      while (at < text.length() && text.charAt(at) >= 0x20 && "\"\\".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      string.append(text, start, at);
      if (at == text.length() || text.charAt(at) < 0x20) {
        throw expected("the end of a string");
      }
      if (text.charAt(at++) == '"') {
        return string.toString();
      }
      string.append(readEscaped());
    }
  }

  private char readEscaped() {
    char escape = at < text.length() ? text.charAt(at++) : ' ';
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> readCode();
      default -> throw expected("an escaped character");
    };
  }

  private char readCode() {
    int end = Math.min(text.length(), at + 4);
    String digits = text.substring(at, end);
    if (!digits.matches("[0-9a-fA-F]{4}")) {
      throw expected("four hexadecimal digits");
    }
    at = end;
    return (char) Integer.parseInt(digits, 16);
  }
}
