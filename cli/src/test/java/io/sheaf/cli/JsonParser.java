package io.sheaf.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON strictly: what a program that reads our output would do. */
public final class JsonParser {
  private final String text;
  private int at;

  private JsonParser(String text) {
    this.text = text;
  }

  /** The object that {@code text} is, and nothing else. */
  public static Map<String, Object> object(String text) {
    JsonParser parser = new JsonParser(text);
    Map<String, Object> object = parser.readObject();
    parser.check(parser.at == text.length(), "the end");
    return object;
  }

  /** A number in an object; {@code path} names the objects on the way to it. */
  public static double number(Map<String, Object> object, String... path) {
    Object value = object;
    for (String name : path) {
      value = ((Map<?, ?>) value).get(name);
      if (value == null) {
        throw new AssertionError("no '" + name + "' in " + object);
      }
    }
    return (Double) value;
  }

  private Object readValue() {
    return switch (text.charAt(at)) {
      case '{' -> readObject();
      case '[' -> readArray();
      case '"' -> readString();
      case 't' -> readWord("true", true);
      case 'f' -> readWord("false", false);
      default -> readNumber();
    };
  }

  private Map<String, Object> readObject() {
    Map<String, Object> object = new LinkedHashMap<>();
    take('{');
    if (text.charAt(at) != '}') {
      do {
        String name = readString();
        take(':');
        check(object.put(name, readValue()) == null, "another name than " + name);
      } while (takeIf(','));
    }
    take('}');
    return object;
  }

  private List<Object> readArray() {
    List<Object> array = new ArrayList<>();
    take('[');
    if (text.charAt(at) != ']') {
      do {
        array.add(readValue());
      } while (takeIf(','));
    }
    take(']');
    return array;
  }

  private String readString() {
    StringBuilder string = new StringBuilder();
    take('"');
    while (text.charAt(at) != '"') {
      char next = text.charAt(at++);
      check(next >= 0x20, "no control character");
      string.append(next == '\\' ? readEscape() : next);
    }
    take('"');
    return string.toString();
  }

  private char readEscape() {
    char next = text.charAt(at++);
    return switch (next) {
      case '"', '\\', '/' -> next;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> (char) Integer.parseInt(text.substring(at, at += 4), 16);
      default -> throw new AssertionError("no escape is \\" + next);
    };
  }

  private Object readWord(String word, Object value) {
    check(text.startsWith(word, at), word);
    at += word.length();
    return value;
  }

  private Double readNumber() {
    int begin = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(begin, at);
    check(number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?"), "a number");
    return Double.valueOf(number);
  }

  private boolean takeIf(char expected) {
    if (text.charAt(at) == expected) {
      at++;
      return true;
    }
    return false;
  }

  private void take(char expected) {
    check(takeIf(expected), "'" + expected + "'");
  }

  private void check(boolean right, String expected) {
    if (!right) {
      throw new AssertionError("expected " + expected + " at " + at + " of " + text);
    }
  }
}
