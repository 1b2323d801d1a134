package io.sheaf.torture.proof;

/**
 * A place in the code that guards something, and can be left out.
 *
 * @param guard what stands there
 * @param className of the class, with dots
 * @param method its name and descriptor
 * @param ordinal which guard of this kind it is in the method, from 1
 */
record Site(Guard guard, String className, String method, int ordinal) implements Comparable<Site> {
  /** What is done at a site, and is not when it is left out. */
  enum Guard {
    /** A file or a directory is made durable. */
    SYNC("sync"),
    /** A checksum is compared with the one that is stored. */
    CHECKSUM("checksum"),
    /** A step that must come before another. */
    STEP("step");

    private final String word;

    Guard(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** As it is written in the table of what was proven. */
  String label() {
    String simple = className.substring(className.lastIndexOf('.') + 1);
    String name = method.substring(0, method.indexOf('('));
    return guard.word() + " " + simple + "." + name + (ordinal == 1 ? "" : " #" + ordinal);
  }

  @Override
  public int compareTo(Site other) {
    return (className + method + guard + ordinal)
        .compareTo(other.className + other.method + other.guard + other.ordinal);
  }
}
