package io.sheaf.lsm.version;

import io.sheaf.lsm.io.FileKind;

/**
 * Is told of each file that no version needs any more, once, by whoever gave the file its last
 * reference back: the store forgets what it caches of the file and deletes it.
 *
 * <p><b>Contract.</b> Throws nothing: a file that cannot be deleted now is found and deleted at the
 * next open.
 *
 * <p><b>Thread safety.</b> Called by any thread, several at a time, none of which holds a lock of
 * the {@link VersionSet}.
 */
@FunctionalInterface
public interface ObsoleteFiles {
  /** The file of this kind and number is needed no more. */
  void obsolete(FileKind kind, long number);
}
