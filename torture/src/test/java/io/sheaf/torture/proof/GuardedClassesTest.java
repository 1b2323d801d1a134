package io.sheaf.torture.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sheaf.lsm.version.CurrentFile;
import io.sheaf.torture.proof.Site.Guard;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuardedClassesTest {
  @Test
  void findsSyncsChecksumsAndSteps() throws IOException {
    List<String> labels = GuardedClasses.sites().stream().map(Site::label).toList();
    for (String expected :
        List.of(
            "sync LogWriter.makeDurable",
            "sync LogWriter.makeDurable #2",
            "sync ManifestWriter.append",
            "sync CurrentFile.replace #3",
            "sync TableBuilder.finish",
            "sync ValueFileWriter.makeDurable",
            "checksum CurrentFile.read",
            "checksum FileHeader.check",
            "checksum ValueBlockDecoder.checkChecksum",
            "step LogWriter.makeDurable",
            "step PendingRecord.handOn",
            "step WriteQueue.commit",
            "step Logs.sync",
            "step VersionSet.newManifest")) {
      assertTrue(labels.contains(expected), () -> expected + " is not in " + labels);
    }
    assertEquals(labels.size(), labels.stream().distinct().count(), labels::toString);
  }

  /** And so {@link GuardedClasses#sites} throws once one of them is renamed. */
  @Test
  void whatGuardsAreKnownByIsFoundOnlyWhereItIs() throws IOException {
    Set<String> found = new GuardedCode(classFile()).found();
    assertTrue(found.contains("io/sheaf/lsm/version/CurrentFile java/lang/String.equals"));
    assertFalse(found.contains("io/sheaf/lsm/wal/LogWriter io/sheaf/lsm/wal/LogWriter.settled"));
    assertTrue(GuardedCode.known().containsAll(found));
  }

  @Test
  void aGuardThatIsLeftOutIsGoneAndTheOthersAreThere() throws IOException {
    GuardedCode code = new GuardedCode(classFile());
    List<Site> sites = code.sites();
    assertEquals(3, sites.stream().filter(site -> site.guard() == Guard.SYNC).count());
    for (Site site : sites) {
      List<Site> left = new GuardedCode(code.without(site)).sites();
      assertEquals(sites.size() - 1, left.size(), site::label);
      List<Guard> expected = new ArrayList<>(sites.stream().map(Site::guard).toList());
      expected.remove(site.guard());
      List<Guard> found = new ArrayList<>(left.stream().map(Site::guard).toList());
      expected.sort(null);
      found.sort(null);
      assertEquals(expected, found);
    }
  }

  /** Else a trial would fail for that, and be taken for one that has missed it. */
  @Test
  void eachGuardCanBeLeftOut() throws Exception {
    List<Site> sites = GuardedClasses.sites();
    assertFalse(sites.isEmpty());
    for (Site site : sites) {
      Class<?> without = Class.forName(site.className(), true, MutantLoader.without(site));
      assertEquals(site.className(), without.getName(), site::label);
    }
  }

  private static byte[] classFile() throws IOException {
    String name = "/" + CurrentFile.class.getName().replace('.', '/') + ".class";
    try (InputStream in = GuardedClassesTest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name);
      }
      return in.readAllBytes();
    }
  }
}
