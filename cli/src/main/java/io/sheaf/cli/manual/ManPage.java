package io.sheaf.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A manual page made of what the program knows of a command: the words of its help.
 *
 * <p><em>Thread safety:</em> stateless.
 *
 * <p><em>Source:</em> man(7), the macros of manual pages.
 */
final class ManPage {
  /** Ends the name of a page: section 1, commands. */
  static final String EXTENSION = ".1";

  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /** The page of a command. */
  static String of(CommandSpec command) {
    return new ManPage().write(command);
  }

  private String write(CommandSpec command) {
    UsageMessageSpec usage = command.usageMessage();
    String name = command.qualifiedName("-");
    macro("TH", name.toUpperCase(Locale.ROOT) + " 1 \"\" \"" + version(command) + "\" Sheaf");
    macro("SH", "NAME");
    text(name + " \\- " + escaped(summary(usage)));
    macro("SH", "SYNOPSIS");
    text("\\fB" + escaped(command.qualifiedName()) + "\\fR" + escaped(synopsis(command)));
    macro("SH", "DESCRIPTION");
    for (int i = 0; i < usage.description().length; i++) {
      if (i > 0) {
        macro("PP", "");
      }
      text(escaped(unformatted(usage.description()[i])));
    }
    writeArguments(command);
    writeCommands(command);
    macro("SH", "EXIT STATUS");
    usage.exitCodeList().forEach((code, meaning) -> tagged(code, unformatted(meaning)));
    macro("SH", "EXAMPLE");
    macro("EX", "");
    for (String line : usage.footer()) {
      text(escaped(unformatted(line).strip()));
    }
    macro("EE", "");
    return page.toString();
  }

  private static String version(CommandSpec command) {
    String[] version = command.root().version();
    return version.length == 0 ? "Sheaf" : version[0];
  }

  /** The first sentence of the description. */
  private static String summary(UsageMessageSpec usage) {
    String first = unformatted(usage.description()[0]);
    int end = first.indexOf(". ");
    String sentence = end < 0 ? first : first.substring(0, end);
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private static String synopsis(CommandSpec command) {
    String help =
        new CommandLine.Help(command, CommandLine.Help.defaultColorScheme(Ansi.OFF))
            .detailedSynopsis(0, CommandLine.Help.createShortOptionArityAndNameComparator(), true);
    return help.strip().replaceAll("\\s+", " ").substring(command.qualifiedName().length());
  }

  private void writeArguments(CommandSpec command) {
    List<ArgSpec> all = new ArrayList<>(command.positionalParameters());
    all.addAll(command.options());
    macro("SH", "OPTIONS");
    for (ArgSpec argument : all) {
      if (!argument.hidden()) {
        tagged(tag(argument), unformatted(String.join(" ", argument.description())));
      }
    }
  }

  private static String tag(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? String.join(", ", option.names())
            + (option.typeInfo().isBoolean() ? "" : " " + option.paramLabel())
        : argument.paramLabel();
  }

  private void writeCommands(CommandSpec command) {
    if (!command.subcommands().isEmpty()) {
      macro("SH", "COMMANDS");
      command
          .subcommands()
          .values()
          .forEach(each ->
              tagged(
                  each.getCommandSpec().qualifiedName("-") + "(1)",
                  summary(each.getCommandSpec().usageMessage())));
    }
  }

  private void tagged(String tag, String words) {
    macro("TP", "");
    text("\\fB" + escaped(tag) + "\\fR");
    text(escaped(words));
  }

  /** The words as they are printed: picocli takes them for a format. */
  private static String unformatted(String words) {
    return words.replace("%n", " ").replace("%%", "%");
  }

  /** Text in which roff finds nothing to obey. */
  private static String escaped(String words) {
    return words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq");
  }

  private void macro(String name, String arguments) {
    page.append('.').append(name);
    if (!arguments.isEmpty()) {
      page.append(' ').append(arguments);
    }
    page.append('\n');
  }

  private void text(String line) {
    page.append(line.startsWith(".") ? "\\&" : "").append(line).append('\n');
  }
}
