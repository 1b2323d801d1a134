package io.sheaf.torture.child;

/**
 * What a process said that its store has acknowledged.
 *
 * @param held batches it found when it opened the store
 * @param last number of the last batch that was acknowledged under any durability
 * @param written of the last one under {@code WRITTEN} or better, with all before it
 * @param synced of the last one under {@code SYNC}, with all before it
 * @param end what it said last
 */
public record Acknowledged(int held, int last, int written, int synced, String end) {
  /** Before it said anything, of a store that holds {@code held} batches, all durable. */
  static Acknowledged none(int held) {
    return new Acknowledged(held, held, held, held, "");
  }

  /** After it said one line more. */
  Acknowledged after(String line) {
    int space = line.indexOf(' ');
    String word = space < 0 ? line : line.substring(0, space);
    return switch (word) {
      case "open" -> {
        int found = number(line);
        yield new Acknowledged(found, found, found, found, line);
      }
      case "synced" -> {
        int number = number(line);
        yield new Acknowledged(held, number, number, number, line);
      }
      case "written" -> {
        int number = number(line);
        yield new Acknowledged(held, number, number, synced, line);
      }
      case "buffered" -> new Acknowledged(held, number(line), written, synced, line);
      case "closed" -> new Acknowledged(held, last, last, last, line);
      default -> new Acknowledged(held, last, written, synced, line);
    };
  }

  /** What a failed process said of its failure; empty for others. */
  public String failure() {
    return end.startsWith("failed ") ? end.substring("failed ".length()) : "";
  }

  private static int number(String line) {
    return Integer.parseInt(line.substring(line.indexOf(' ') + 1));
  }
}
