package io.sheaf.torture.proof;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The code of one class, in which the guards are found and can be left out one by one. The program
 * itself carries no switch for that: it is done to the bytes of the class.
 *
 * <ul>
 *   <li>A call that syncs, checks a checksum or is a step of an order is left out: its arguments
 *       are dropped.
 *   <li>A comparison of a checksum is the first jump on two equal or unequal numbers behind {@code
 *       Crc32c.value()}: it then takes them for equal. CURRENT, which is compared as a text, is
 *       taken for the expected one.
 * </ul>
 *
 * <p><b>Thread safety.</b> Immutable.
 */
final class GuardedCode {
  private static final Set<String> SYNCS =
      Set.of("io/sheaf/lsm/io/WritableFile.sync", "io/sheaf/lsm/io/FileSystem.syncDirectory");

  private static final Set<String> CHECKS =
      Set.of("io/sheaf/valuelog/ValueFileFormat.checkChecksum");

  /** Comparisons of a text with the whole one, by who makes them. */
  private static final Set<String> TEXT_CHECKS =
      Set.of("io/sheaf/lsm/version/CurrentFile java/lang/String.equals");

  /** Calls, by who makes them, that are steps of an order. */
  private static final Set<String> STEPS =
      Set.of(
          "io/sheaf/lsm/wal/LogWriter io/sheaf/lsm/wal/LogWriter.settled",
          "io/sheaf/lsm/db/PendingRecord io/sheaf/lsm/db/Logs.append",
          "io/sheaf/lsm/db/WriteQueue io/sheaf/lsm/db/Logs.sync",
          "io/sheaf/lsm/db/Logs io/sheaf/lsm/wal/LogWriter.sync",
          "io/sheaf/lsm/version/VersionSet io/sheaf/lsm/version/CurrentFile.replace");

  /** What gives a checksum that is compared next. */
  private static final Set<String> CHECKSUM_VALUES = Set.of("io/sheaf/lsm/coding/Crc32c.value");

  private final ClassModel model;

  GuardedCode(byte[] classFile) {
    this.model = ClassFile.of().parse(classFile);
  }

  /** What guards are known by: the names of calls, and of who makes them. */
  static Set<String> known() {
    return Stream.of(SYNCS, CHECKS, TEXT_CHECKS, STEPS, CHECKSUM_VALUES)
        .flatMap(Set::stream)
        .collect(Collectors.toSet());
  }

  /** Those of {@link #known} that are in it. */
  Set<String> found() {
    String caller = model.thisClass().asInternalName();
    Set<String> found = new HashSet<>();
    for (MethodModel method : model.methods()) {
      method
          .code()
          .ifPresent(code -> {
            for (CodeElement element : code) {
              if (element instanceof InvokeInstruction call) {
                String callee = call.owner().asInternalName() + "." + call.name().stringValue();
                found.add(callee);
                found.add(caller + " " + callee);
              }
            }
          });
    }
    found.retainAll(known());
    return found;
  }

  /** The guards in it, in their order. */
  List<Site> sites() {
    List<Site> sites = new ArrayList<>();
    for (MethodModel method : model.methods()) {
      String name = method.methodName().stringValue() + method.methodType().stringValue();
      method
          .code()
          .ifPresent(code -> {
            Finder finder = new Finder();
            for (CodeElement element : code) {
              finder
                  .at(element)
                  .ifPresent(guard -> sites.add(site(guard, name, finder.count(guard))));
            }
          });
    }
    return sites;
  }

  /** The class without one guard. */
  byte[] without(Site site) {
    return ClassFile.of()
        .transformClass(
            model,
            ClassTransform.transformingMethodBodies(
                method ->
                    site.method()
                        .equals(
                            method.methodName().stringValue() + method.methodType().stringValue()),
                CodeTransform.ofStateful(() ->
                    new Omission(
                        (guard, ordinal) -> guard == site.guard() && ordinal == site.ordinal()))));
  }

  /** The class without any comparison of a checksum. */
  byte[] withoutChecks() {
    return ClassFile.of()
        .transformClass(
            model,
            ClassTransform.transformingMethodBodies(
                CodeTransform.ofStateful(
                    () -> new Omission((guard, ordinal) -> guard == Site.Guard.CHECKSUM))));
  }

  private Site site(Site.Guard guard, String method, int ordinal) {
    return new Site(guard, model.thisClass().asInternalName().replace('/', '.'), method, ordinal);
  }

  /** Goes through the code of a method and says where its guards are. */
  private final class Finder {
    private final Map<Site.Guard, Integer> counts = new HashMap<>();
    private boolean comparesNext;

    Optional<Site.Guard> at(CodeElement element) {
      Site.Guard found = guard(element);
      if (found != null) {
        counts.merge(found, 1, Integer::sum);
      }
      return Optional.ofNullable(found);
    }

    int count(Site.Guard guard) {
      return counts.getOrDefault(guard, 0);
    }

    private Site.@Nullable Guard guard(CodeElement element) {
      if (element instanceof InvokeInstruction call) {
        String callee = call.owner().asInternalName() + "." + call.name().stringValue();
        String caller = model.thisClass().asInternalName();
        if (SYNCS.contains(callee)) {
          return Site.Guard.SYNC;
        }
        if (CHECKS.contains(callee) || TEXT_CHECKS.contains(caller + " " + callee)) {
          return Site.Guard.CHECKSUM;
        }
        if (STEPS.contains(caller + " " + callee)) {
          return Site.Guard.STEP;
        }
        comparesNext |= CHECKSUM_VALUES.contains(callee);
      }
      if (comparesNext && element instanceof BranchInstruction jump && compares(jump)) {
        comparesNext = false;
        return Site.Guard.CHECKSUM;
      }
      return null;
    }
  }

  private static boolean compares(BranchInstruction jump) {
    return jump.opcode() == Opcode.IF_ICMPEQ || jump.opcode() == Opcode.IF_ICMPNE;
  }

  /** Which guards of a method are left out. */
  @FunctionalInterface
  private interface Choice {
    boolean leavesOut(Site.Guard guard, int ordinal);
  }

  /** Copies the code of a method but for some guards. */
  private final class Omission implements CodeTransform {
    private final Choice choice;
    private final Finder finder = new Finder();

    Omission(Choice choice) {
      this.choice = choice;
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      Optional<Site.Guard> guard = finder.at(element);
      if (guard.isEmpty() || !choice.leavesOut(guard.get(), finder.count(guard.get()))) {
        code.with(element);
      } else if (element instanceof BranchInstruction jump) {
        takeForEqual(code, jump);
      } else if (element instanceof InvokeInstruction call) {
        leaveOut(code, call);
      }
    }

    private static void takeForEqual(CodeBuilder code, BranchInstruction jump) {
      code.pop2();
      if (jump.opcode() == Opcode.IF_ICMPEQ) {
        code.goto_(jump.target());
      }
    }

    private static void leaveOut(CodeBuilder code, InvokeInstruction call) {
      MethodTypeDesc type = call.typeSymbol();
      for (ClassDesc parameter : type.parameterList().reversed()) {
        drop(code, TypeKind.from(parameter));
      }
      if (call.opcode() != Opcode.INVOKESTATIC) {
        code.pop();
      }
      switch (TypeKind.from(type.returnType())) {
        case VOID -> {}
        case LONG -> code.lconst_0();
        case BOOLEAN -> code.iconst_1(); // equal
        default -> throw new IllegalArgumentException("cannot leave out " + call);
      }
    }

    private static void drop(CodeBuilder code, TypeKind kind) {
      if (kind.slotSize() == 2) {
        code.pop2();
      } else {
        code.pop();
      }
    }
  }
}
