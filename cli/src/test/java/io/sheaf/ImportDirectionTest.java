package io.sheaf;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.RandomAccessFile;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Which package may know which. Maven keeps the modules apart; this keeps the packages inside them
 * in order, and says the reason when they are not. It lives here because the command line is the
 * one module that sees all others.
 */
final class ImportDirectionTest {
  /** The packages of lsm-core, low to high: each may use those before it, and none after it. */
  private static final List<String> LSM_LOW_TO_HIGH =
      List.of(
          "coding",
          "stats",
          "io",
          "cache",
          "key",
          "value",
          "cursor",
          "memtable",
          "wal",
          "version",
          "sstable",
          "compact",
          "db");

  /** The packages of im-schema, low to high. */
  private static final List<String> IM_LOW_TO_HIGH =
      List.of(
          "id",
          "model",
          "table",
          "index",
          "change",
          "conversation",
          "sync",
          "send",
          "history",
          "inbox",
          "message",
          "receipt",
          "build",
          "limit");

  private static final JavaClasses SHEAF =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.sheaf");

  @Test
  void packagesAreFreeOfCycles() {
    check(
        slices()
            .matching("io.sheaf.(**)")
            .should()
            .beFreeOfCycles()
            .because("a package is understood without those that use it"));
  }

  @TestFactory
  Stream<DynamicTest> lsmPackagesUseOnlyLowerOnes() {
    return LSM_LOW_TO_HIGH.stream()
        .map(name ->
            DynamicTest.dynamicTest(name, () -> usesNoneAbove("lsm", LSM_LOW_TO_HIGH, name)));
  }

  @TestFactory
  Stream<DynamicTest> imPackagesUseOnlyLowerOnes() {
    return IM_LOW_TO_HIGH.stream()
        .map(
            name -> DynamicTest.dynamicTest(name, () -> usesNoneAbove("im", IM_LOW_TO_HIGH, name)));
  }

  private static void usesNoneAbove(String module, List<String> lowToHigh, String name) {
    String[] above =
        lowToHigh.stream()
            .skip(lowToHigh.indexOf(name) + 1L)
            .map(higher -> packageOf(module, higher))
            .toArray(String[]::new);
    check(
        noClasses()
            .that()
            .resideInAPackage(packageOf(module, name))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(above)
            .because("the order of the packages, low to high, is " + lowToHigh));
  }

  @Test
  void everyLsmPackageHasItsPlaceInTheOrder() {
    String[] known =
        LSM_LOW_TO_HIGH.stream().map(name -> packageOf("lsm", name)).toArray(String[]::new);
    check(
        classes()
            .that()
            .resideInAPackage("io.sheaf.lsm..")
            .and()
            .doNotHaveSimpleName("module-info")
            .should()
            .resideInAnyPackage(known)
            .because("a new package is put into the order in " + ImportDirectionTest.class));
  }

  @Test
  void partsBehindTheSeamsDoNotSeeOneAnother() {
    List<String> parts =
        List.of("io.sheaf.valuelog..", "io.sheaf.grouping..", "io.sheaf.compaction..");
    for (String part : parts) {
      String[] others = parts.stream().filter(other -> !other.equals(part)).toArray(String[]::new);
      check(
          noClasses()
              .that()
              .resideInAPackage(part)
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(others)
              .because("they meet at the seams of lsm-core, so that each is tested on its own"));
    }
  }

  @Test
  void lsmCoreKnowsNobodyAboveIt() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.sheaf.lsm..")
            .should()
            .dependOnClassesThat(
                resideInAPackage("io.sheaf..").and(not(resideInAPackage("io.sheaf.lsm.."))))
            .because("it runs alone, with the defaults"));
  }

  @Test
  void onlyTheTopKnowsUsersAndConversations() {
    check(
        noClasses()
            .that(
                resideInAPackage("io.sheaf..")
                    .and(
                        not(
                            resideInAnyPackage(
                                "io.sheaf.im..", "io.sheaf.server..", "io.sheaf.cli.."))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.sheaf.im..")
            .because("the store below is for any rows"));
  }

  @Test
  void theDiskHasOneDoor() {
    check(
        noClasses()
            .that(
                resideInAnyPackage(
                        "io.sheaf.lsm..",
                        "io.sheaf.valuelog..",
                        "io.sheaf.grouping..",
                        "io.sheaf.compaction..",
                        "io.sheaf.engine..")
                    .and(not(resideInAPackage("io.sheaf.lsm.io.."))))
            .should()
            .dependOnClassesThat(
                belongToAnyOf(
                    AsynchronousFileChannel.class,
                    File.class,
                    FileChannel.class,
                    Files.class,
                    FileSystem.class,
                    FileSystems.class,
                    RandomAccessFile.class))
            .because("tests put a simulated disk beneath io.sheaf.lsm.io.FileSystem"));
  }

  private static String packageOf(String module, String name) {
    return "io.sheaf." + module + "." + name + "..";
  }

  /** A module may still be empty, and then there is nothing to find fault with. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(SHEAF);
  }
}
