package io.sheaf.lsm.db;

/**
 * A condition as it is looked at when its batch is about to be written: whether its key was changed
 * behind a sequence number.
 *
 * @param condition what was asked for
 * @param sequence the key may have changes up to this one
 */
record WriteCheck(WriteCondition condition, long sequence) {
  int tableId() {
    return condition.table().id();
  }
}
