package org.fdboxfs.testing.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Locale;
import org.fdboxfs.policy.rule.Rule;

/** The rules that keep the layers apart, each as a sentence that a failure begins with. */
enum Layers {
  DEPENDENCIES_POINT_DOWNWARDS(
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("app")
          .definedBy("org.fdboxfs..app..")
          .layer("fs")
          .definedBy("org.fdboxfs..fs..")
          .layer("chardev")
          .definedBy("org.fdboxfs..chardev..")
          .layer("policy")
          .definedBy("org.fdboxfs..policy..")
          .layer("compare")
          .definedBy("org.fdboxfs..compare..")
          .layer("registry")
          .definedBy("org.fdboxfs..registry..")
          .layer("linux")
          .definedBy("org.fdboxfs..linux..")
          .layer("model")
          .definedBy("org.fdboxfs..model..")
          .layer("client")
          .definedBy("org.fdboxfs..client..")
          .whereLayer("app")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("fs")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("chardev")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("compare")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("policy")
          .mayOnlyBeAccessedByLayers("app", "fs", "chardev", "compare")
          .whereLayer("registry")
          .mayOnlyBeAccessedByLayers("app", "policy")
          .whereLayer("linux")
          .mayOnlyBeAccessedByLayers("app", "fs", "chardev", "registry")
          .whereLayer("model")
          .mayNotAccessAnyLayer()
          .whereLayer("client")
          .mayOnlyBeAccessedByLayers("app")),

  FRONT_ENDS_REACH_THE_REGISTRY_THROUGH_THE_GUARD_ONLY(
      noClasses()
          .that()
          .resideInAnyPackage("org.fdboxfs..fs..", "org.fdboxfs..chardev..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.fdboxfs..registry..")),

  FRONT_ENDS_DO_NOT_DECIDE(
      noClasses()
          .that()
          .resideInAnyPackage("org.fdboxfs..fs..", "org.fdboxfs..chardev..", "org.fdboxfs..app..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Rule.class)),

  ONE_CLASS_OF_THE_APP_WIRES_THE_REGISTRY(
      noClasses()
          .that()
          .resideInAPackage("org.fdboxfs..app..")
          .and()
          .doNotHaveSimpleName("Daemon")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.fdboxfs..registry..")),

  A_COMPARISON_SEES_WHAT_A_USER_SEES(
      noClasses()
          .that()
          .resideInAPackage("org.fdboxfs..compare..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.fdboxfs..fs..",
              "org.fdboxfs..chardev..",
              "org.fdboxfs..registry..",
              "org.fdboxfs..linux..")),

  THE_MEANING_OF_OPERATIONS_NEEDS_NO_KERNEL(
      noClasses()
          .that()
          .resideInAPackage("org.fdboxfs..fs..")
          .and()
          .resideOutsideOfPackages("org.fdboxfs..fs.fuse..", "org.fdboxfs..fs.socket..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.fdboxfs..linux..")),

  NATIVE_CODE_IS_CALLED_IN_A_FEW_PACKAGES(
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "org.fdboxfs.linux..",
              "org.fdboxfs.fs.fuse..",
              "org.fdboxfs.chardev..",
              "org.fdboxfs.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "com.kenai.jffi..")),

  LIBFUSE_IS_SEEN_IN_ONE_PACKAGE(
      noClasses()
          .that()
          .resideOutsideOfPackage("org.fdboxfs.fs.fuse..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ru.serce..")),

  POLICY_FILES_ARE_READ_IN_ONE_PACKAGE(
      noClasses()
          .that()
          .resideOutsideOfPackage("org.fdboxfs.policy.config..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.cel..", "org.snakeyaml..", "com.google.protobuf..", "com.google.re2j..")),

  WHAT_RETURNS_OR_THROWS_DOES_NOT_LOG(
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.fdboxfs..model..",
              "org.fdboxfs..linux..",
              "org.fdboxfs..registry..",
              "org.fdboxfs..policy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.slf4j..", "ch.qos.logback..", "java.util.logging..")
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")),

  THE_MODEL_KNOWS_THE_JDK_ONLY(
      classes()
          .that()
          .resideInAPackage("org.fdboxfs..model..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "com.google.errorprone.annotations..",
              "org.fdboxfs..model..")),

  THE_CLIENT_KNOWS_THE_JDK_AND_JFFI_ONLY(
      classes()
          .that()
          .resideInAPackage("org.fdboxfs..client..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "com.kenai.jffi..",
              "org.jspecify..",
              "com.google.errorprone.annotations..",
              "org.fdboxfs..client..")),

  REPORTS_KNOW_NOTHING_OF_WHAT_THEY_ARE_ABOUT(
      classes()
          .that()
          .resideInAPackage("org.fdboxfs..report..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "com.google.gson..",
              "org.jline..",
              "org.jspecify..",
              "org.fdboxfs..report.."));

  @SuppressWarnings("ImmutableEnumChecker") // a rule only looks
  private final ArchRule rule;

  Layers(ArchRule rule) {
    this.rule = rule.allowEmptyShould(true).as(name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }

  ArchRule rule() {
    return rule;
  }
}
