package io.sheaf.cli.measure;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of a demo for programs.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class DemoJson {
  private DemoJson() {}

  /** An object whose fields are named in {@code sheaf demo --help}'s words. */
  public static Map<String, Object> of(DemoResult result) {
    DemoResult.Setting setting = result.setting();
    LoadResult load = result.load();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("shape", setting.shape());
    fields.put("rows", setting.rows());
    fields.put("users", setting.users());
    fields.put("seed", setting.seed());
    fields.put("batchRows", setting.batchRows());
    fields.put("durability", setting.durability());
    fields.put("memoryBytes", setting.memoryBytes());
    fields.put("writeBufferBytes", setting.writeBufferBytes());
    fields.put("reading", setting.reading());
    fields.put("userBytes", load.userBytes());
    fields.put("rowsPerSecond", load.rowsPerSecond());
    fields.put("rowsPerSecondWhileLoading", load.rowsPerSecondWhileLoading());
    fields.put("secondsWhileLoading", load.writeNanos() / 1e9);
    fields.put("seconds", load.finishedNanos() / 1e9);
    fields.put("batchWrite", load.batchLatency().toMap());
    fields.put("separatedByteShare", load.separation().byteShare());
    fields.put("separatedRowShare", load.separation().rowShare());
    putWritten(fields, load);
    fields.put("diskPerUserByte", load.diskPerUserByte());
    fields.put("diskPerUserByteWithoutLogs", load.diskPerUserByteWithoutLogs());
    fields.put("diskBytes", ShapeJson.disk(load.disk()));
    load.peakResidentBytes().ifPresent(value -> fields.put("peakResidentBytes", value));
    fields.put("tenths", load.tenths().stream().map(DemoJson::tenth).toList());
    Map<String, Object> reads = new LinkedHashMap<>();
    result.reads().forEach(read -> reads.put(read.key(), read.toMap()));
    fields.put("reads", reads);
    fields.put("rowsVerified", result.rowsVerified());
    fields.put("tables", ShapeJson.tables(result.tables()));
    return fields;
  }

  private static void putWritten(Map<String, Object> fields, LoadResult load) {
    WriteAmplification written = load.written();
    fields.put("writtenPerUserByte", written.perUserByte(written.total()));
    Map<String, Object> causes = new LinkedHashMap<>();
    written.byCause().forEach((cause, bytes) -> causes.put(cause, written.perUserByte(bytes)));
    fields.put("writtenPerUserByteByCause", causes);
    load.deviceWriteBytes()
        .ifPresent(bytes -> {
          fields.put("deviceWriteBytes", bytes);
          fields.put("deviceWrittenPerUserByte", written.perUserByte(bytes));
        });
  }

  private static Map<String, Object> tenth(LoadResult.Tenth tenth) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("rowsPerSecond", tenth.rowsPerSecond());
    fields.put("maxResidentBytes", tenth.maxResidentBytes());
    return fields;
  }
}
