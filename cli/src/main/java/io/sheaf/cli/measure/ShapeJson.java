package io.sheaf.cli.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of a store for programs.
 *
 * <p><em>Thread safety:</em> stateless.
 */
public final class ShapeJson {
  private ShapeJson() {}

  /** The shapes of tables for programs. */
  public static List<Map<String, Object>> tables(List<TableShape> tables) {
    return tables.stream().map(ShapeJson::table).toList();
  }

  /** The sizes of a store's files for programs. */
  public static Map<String, Object> disk(DiskBytes disk) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("keyFiles", disk.keyFiles());
    fields.put("valueFiles", disk.valueFiles());
    fields.put("logs", disk.logs());
    fields.put("others", disk.others());
    fields.put("total", disk.total());
    return fields;
  }

  private static Map<String, Object> table(TableShape table) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", table.name());
    fields.put("rows", table.rows());
    fields.put("rawBytes", table.rawBytes());
    fields.put("keyFiles", table.keyFiles());
    fields.put("keyFileBytes", table.keyFileBytes());
    fields.put("valueFileBytes", table.valueFileBytes());
    fields.put("valueFilesLiveShare", table.liveShare());
    fields.put("separatedRowShare", table.separation().rowShare());
    fields.put("separatedByteShare", table.separation().byteShare());
    fields.put("runs", table.runs().stream().map(ShapeJson::run).toList());
    fields.put("valueFiles", table.valueFiles().stream().map(ShapeJson::valueFile).toList());
    return fields;
  }

  private static Map<String, Object> run(TableShape.RunShape run) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", run.id());
    fields.put("level", run.level());
    fields.put("files", run.files());
    fields.put("bytes", run.sizeBytes());
    fields.put("rows", run.rows());
    fields.put("separatedRows", run.separatedRows());
    return fields;
  }

  private static Map<String, Object> valueFile(TableShape.ValueFileShape file) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", file.number());
    fields.put("bytes", file.sizeBytes());
    fields.put("rawBytes", file.rawBytes());
    fields.put("liveShare", file.liveShare());
    fields.put("rows", file.rows());
    return fields;
  }
}
