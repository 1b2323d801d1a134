package io.sheaf.lsm.sstable;

/** A row of a table: number of its block, of the run in the block, of the row in the run. */
final class RowPosition {
  int block;
  int run;
  int row;

  void set(int block, int run, int row) {
    this.block = block;
    this.run = run;
    this.row = row;
  }

  boolean is(int block, int run, int row) {
    return this.row == row && this.run == run && this.block == block;
  }
}
