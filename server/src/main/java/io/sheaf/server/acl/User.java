package io.sheaf.server.acl;

import java.util.ArrayList;
import java.util.List;

/**
 * Who may connect, and what it may do.
 *
 * <p><b>Thread safety.</b> Immutable.
 *
 * @param name its name
 * @param isOn whether it may say who it is
 * @param needsNoPassword whether any password is right
 * @param passwords what is kept of its passwords
 * @param root what it may do
 * @param selectors what else it may do
 */
record User(
    String name,
    boolean isOn,
    boolean needsNoPassword,
    List<PasswordHash> passwords,
    Selector root,
    List<Selector> selectors) {
  /** Who a client is that has not said so. */
  static final String DEFAULT = "default";

  User {
    passwords = List.copyOf(passwords);
    selectors = List.copyOf(selectors);
  }

  /** One that may do nothing. */
  static User fresh(String name) {
    return new User(name, false, false, List.of(), Selector.NONE, List.of());
  }

  User on(boolean on) {
    return new User(name, on, needsNoPassword, passwords, root, selectors);
  }

  /** The same without passwords: none is needed, or none is right. */
  User withoutPasswords(boolean needsNone) {
    return new User(name, isOn, needsNone, List.of(), root, selectors);
  }

  User with(PasswordHash password) {
    List<PasswordHash> more = new ArrayList<>(passwords);
    if (!more.contains(password)) {
      more.add(password);
    }
    return new User(name, isOn, false, more, root, selectors);
  }

  User without(PasswordHash password) {
    List<PasswordHash> less = new ArrayList<>(passwords);
    less.remove(password);
    return new User(name, isOn, needsNoPassword, less, root, selectors);
  }

  User withRoot(Selector changed) {
    return new User(name, isOn, needsNoPassword, passwords, changed, selectors);
  }

  User withSelector(Selector another) {
    List<Selector> more = new ArrayList<>(selectors);
    more.add(another);
    return new User(name, isOn, needsNoPassword, passwords, root, more);
  }

  User withoutSelectors() {
    return new User(name, isOn, needsNoPassword, passwords, root, List.of());
  }

  /** A line of an ACL file. */
  String shown() {
    StringBuilder line = new StringBuilder("user ").append(name).append(isOn ? " on" : " off");
    if (needsNoPassword) {
      line.append(" nopass");
    }
    passwords.forEach(password -> line.append(" #").append(password));
    line.append(' ').append(root.shown());
    selectors.forEach(selector -> line.append(" (").append(selector.shown()).append(')'));
    return line.toString();
  }
}
