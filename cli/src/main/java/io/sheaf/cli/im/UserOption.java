package io.sheaf.cli.im;

import io.sheaf.cli.console.IdText;
import io.sheaf.im.id.UserId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the user whose view is shown. */
final class UserOption {
  @Option(
      names = "--user",
      required = true,
      paramLabel = "ID",
      converter = IdText.OfUser.class,
      description = "The user, such as pawan; hex:… gives its bytes, num:… a number.")
  private @Nullable UserId user;

  UserId user() {
    return Objects.requireNonNull(user);
  }
}
