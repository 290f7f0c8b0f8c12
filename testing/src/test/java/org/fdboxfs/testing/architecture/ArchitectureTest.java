package org.fdboxfs.testing.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fdboxfs.testing.architecture.violating.app.OpensTheRegistryToo;
import org.fdboxfs.testing.architecture.violating.app.SpeaksToLibfuse;
import org.fdboxfs.testing.architecture.violating.chardev.AsksTheOtherFrontEnd;
import org.fdboxfs.testing.architecture.violating.chardev.GoesRoundTheGuardToo;
import org.fdboxfs.testing.architecture.violating.client.LooksInside;
import org.fdboxfs.testing.architecture.violating.compare.LooksBehindTheScenes;
import org.fdboxfs.testing.architecture.violating.fs.AsksARule;
import org.fdboxfs.testing.architecture.violating.fs.AsksItself;
import org.fdboxfs.testing.architecture.violating.fs.CallsTheKernel;
import org.fdboxfs.testing.architecture.violating.fs.GoesRoundTheGuard;
import org.fdboxfs.testing.architecture.violating.fs.TouchesNativeMemory;
import org.fdboxfs.testing.architecture.violating.linux.CallsUpwards;
import org.fdboxfs.testing.architecture.violating.model.KnowsTheRegistry;
import org.fdboxfs.testing.architecture.violating.policy.PrintsItself;
import org.fdboxfs.testing.architecture.violating.policy.ReadsYaml;
import org.fdboxfs.testing.architecture.violating.registry.AsksThePolicy;
import org.fdboxfs.testing.architecture.violating.registry.Logs;
import org.fdboxfs.testing.architecture.violating.report.KnowsItsSubject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The layers of the design, over the compiled classes of all modules. */
class ArchitectureTest {
  private static final JavaClasses ALL = new ClassFileImporter().importPackages("org.fdboxfs");
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.fdboxfs");

  @ParameterizedTest
  @EnumSource
  void aRuleHolds(Layers layers) {
    layers.rule().check(CLASSES);
  }

  @Test
  void allModulesAreLookedAt() {
    Set<String> packages =
        CLASSES.stream().map(each -> each.getPackageName()).collect(Collectors.toSet());
    assertThat(packages)
        .contains(
            "org.fdboxfs.model",
            "org.fdboxfs.linux",
            "org.fdboxfs.registry",
            "org.fdboxfs.policy",
            "org.fdboxfs.policy.rule",
            "org.fdboxfs.policy.config",
            "org.fdboxfs.fs",
            "org.fdboxfs.fs.fuse",
            "org.fdboxfs.chardev",
            "org.fdboxfs.client",
            "org.fdboxfs.report",
            "org.fdboxfs.app")
        .noneMatch(name -> name.contains("violating"));
  }

  static Stream<Arguments> violations() {
    return Stream.of(
        Arguments.of(Layers.DEPENDENCIES_POINT_DOWNWARDS, AsksThePolicy.class),
        Arguments.of(Layers.DEPENDENCIES_POINT_DOWNWARDS, CallsUpwards.class),
        Arguments.of(Layers.DEPENDENCIES_POINT_DOWNWARDS, GoesRoundTheGuard.class),
        Arguments.of(Layers.DEPENDENCIES_POINT_DOWNWARDS, AsksItself.class),
        Arguments.of(Layers.DEPENDENCIES_POINT_DOWNWARDS, AsksTheOtherFrontEnd.class),
        Arguments.of(Layers.A_COMPARISON_SEES_WHAT_A_USER_SEES, LooksBehindTheScenes.class),
        Arguments.of(
            Layers.FRONT_ENDS_REACH_THE_REGISTRY_THROUGH_THE_GUARD_ONLY, GoesRoundTheGuard.class),
        Arguments.of(
            Layers.FRONT_ENDS_REACH_THE_REGISTRY_THROUGH_THE_GUARD_ONLY,
            GoesRoundTheGuardToo.class),
        Arguments.of(Layers.FRONT_ENDS_DO_NOT_DECIDE, AsksARule.class),
        Arguments.of(Layers.ONE_CLASS_OF_THE_APP_WIRES_THE_REGISTRY, OpensTheRegistryToo.class),
        Arguments.of(Layers.THE_MEANING_OF_OPERATIONS_NEEDS_NO_KERNEL, CallsTheKernel.class),
        Arguments.of(Layers.NATIVE_CODE_IS_CALLED_IN_A_FEW_PACKAGES, TouchesNativeMemory.class),
        Arguments.of(Layers.LIBFUSE_IS_SEEN_IN_ONE_PACKAGE, SpeaksToLibfuse.class),
        Arguments.of(Layers.POLICY_FILES_ARE_READ_IN_ONE_PACKAGE, ReadsYaml.class),
        Arguments.of(Layers.WHAT_RETURNS_OR_THROWS_DOES_NOT_LOG, Logs.class),
        Arguments.of(Layers.WHAT_RETURNS_OR_THROWS_DOES_NOT_LOG, PrintsItself.class),
        Arguments.of(Layers.THE_MODEL_KNOWS_THE_JDK_ONLY, KnowsTheRegistry.class),
        Arguments.of(Layers.THE_CLIENT_KNOWS_THE_JDK_AND_JFFI_ONLY, LooksInside.class),
        Arguments.of(Layers.REPORTS_KNOW_NOTHING_OF_WHAT_THEY_ARE_ABOUT, KnowsItsSubject.class));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("violations")
  void aRuleCanFail(Layers layers, Class<?> violating) {
    EvaluationResult result = layers.rule().evaluate(realClassesAnd(violating));
    assertThat(result.hasViolation()).isTrue();
    assertThat(result.getFailureReport().toString()).contains(violating.getSimpleName());
  }

  private static DescribedPredicate<JavaClass> areReal() {
    return resideOutsideOfPackage("org.fdboxfs.testing..").as("real classes");
  }

  private static JavaClasses realClassesAnd(Class<?> one) {
    return ALL.that(areReal().or(type(one)));
  }

  @Test
  void everyRuleIsShownToFail() {
    Set<Object> shown = violations().map(each -> each.get()[0]).collect(Collectors.toSet());
    assertThat(shown).containsExactlyInAnyOrder((Object[]) Layers.values());
  }
}
