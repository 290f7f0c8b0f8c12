package org.fdboxfs.policy.experiment;

import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner.Typing;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.policy.AttributeChange;
import org.fdboxfs.policy.rule.Operation;
import org.fdboxfs.policy.rule.Request;
import org.fdboxfs.registry.Claim;
import org.fdboxfs.registry.Entry;
import org.fdboxfs.registry.Node;
import org.fdboxfs.registry.Registry;

/** Mistakes that could be made in the guard: each changes one method of one class. */
@SuppressWarnings({"UnusedVariable", "ParameterNotNullable"})
enum Mutation {
  /** Nobody counts how often an entry is open. */
  OPENS_ARE_NOT_COUNTED("rule.LimitRule", "checkOpens", ReturnsNull.class),
  /** Who took a descriptor is taken to have closed it. */
  TAKERS_ARE_IGNORED("Lingering", "hasLapsed", ReturnsTrue.class),
  /** Every handle is as good as one for reading and writing. */
  HANDLES_ARE_FOR_EVERYTHING("Lease", "access", ReturnsReadWrite.class),
  /** An entry gives more than the descriptor that was put. */
  DESCRIPTORS_ARE_FOR_EVERYTHING("/model.Access", "covers", ReturnsTrue.class),
  /** Modes are not compared when an entry is opened. */
  MODES_ARE_IGNORED("rule.PosixRule", "checkOpen", ReturnsNull.class),
  /** What was claimed of a group stays so when the rest of it is refused. */
  GROUPS_STAY_HALF_OPEN("Claims", "takeBack", DoesNothing.class),
  /** A file that is made and may not be opened stays. */
  REFUSED_FILES_STAY("Puts", "undo", DoesNothing.class),
  /** A claim does not end with its handle. */
  CLAIMS_NEVER_END("Claims", "ended", DoesNothing.class),
  /** A sealed box can be opened. */
  SEALED_BOXES_OPEN("rule.SealRule", "check", PermitsOpens.class),
  /** A new name begins with no claims. */
  RENAMES_FORGET_CLAIMS("/registry.Registry", "rename", ForgetsClaims.class),
  /** A reserved group is open to everybody. */
  GROUPS_ARE_NOT_RESERVED("rule.LinkRule", "checkReserved", ReturnsNull.class),
  /** Members open in any order. */
  ORDER_IS_IGNORED("rule.LinkRule", "checkOrder", ReturnsNull.class),
  /** A mode is changed before it is asked whether it may be. */
  CHANGED_BEFORE_ASKED("Metadata", "apply", ChangesMode.class),
  /** What is moved out stays in as well. */
  MOVES_LEAVE_CLAIMS("Lingering", "endAllOn", DoesNothing.class),
  /** Nobody counts who writes. */
  WRITERS_ARE_NOT_COUNTED("rule.LimitRule", "checkWriters", ReturnsNull.class),
  /** Who takes what is limited is not looked after. */
  TAKES_ARE_NOT_WATCHED("Policy", "bounds", ReturnsFalse.class),
  /** Whoever asks is taken for the holder. */
  HOLDERS_ARE_ALIKE("rule.LinkRule", "sameHolder", ReturnsTrue.class),
  /** A box is sealed whoever has what is in it. */
  SEALED_WHILE_OPEN("ExtendedAttributes", "claimedBelow", ReturnsNull.class),
  /** A sealed box takes more in. */
  SEALED_BOXES_TAKE("rule.SealRule", "check", PermitsPuts.class),
  /** What is moved out is in the box as before. */
  MOVES_LEAVE_ENTRIES("Guard", "detach", ReturnsDescriptor.class),
  /** Any kind may be put. */
  KINDS_ARE_NOT_CHECKED("rule.TypeRule", "check", ReturnsNull.class),
  /** A handle of the mount may be put into it. */
  HANDLES_GO_IN("rule.SelfRule", "check", ReturnsNull.class),
  /** Quotas are for nothing. */
  QUOTAS_ARE_NOT_CHECKED("rule.QuotaRule", "check", ReturnsNull.class),
  /** Everybody may change every directory. */
  DIRECTORIES_ARE_ANYBODYS("rule.PosixRule", "checkWritable", ReturnsNull.class),
  /** Everybody may do what only owners may. */
  OWNERS_ARE_IGNORED("rule.PosixRule", "isOwner", ReturnsTrue.class),
  /** Nobody looks whether who took something still has it. */
  NOBODY_LOOKS_AGAIN("Claims", "around", ReturnsNothing.class),
  /** A set is taken without its members. */
  SETS_ARE_EMPTY("Takes", "membersOf", ReturnsNothing.class);

  private final String type;
  private final String method;
  private final Class<?> advice;

  Mutation(String type, String method, Class<?> advice) {
    this.type = "org.fdboxfs." + (type.startsWith("/") ? type.substring(1) : "policy." + type);
    this.method = method;
    this.advice = advice;
  }

  String type() {
    return type;
  }

  String method() {
    return method;
  }

  Class<?> advice() {
    return advice;
  }

  static final class ReturnsNull {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false, typing = Typing.DYNAMIC) Object returned) {
      returned = null;
    }
  }

  static final class ReturnsTrue {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean returned) {
      returned = true;
    }
  }

  static final class ReturnsFalse {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) boolean returned) {
      returned = false;
    }
  }

  static final class ReturnsNothing {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) List<?> returned) {
      returned = List.of();
    }
  }

  static final class ReturnsDescriptor {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      return true;
    }

    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Entry entry, @Advice.Return(readOnly = false) Descriptor returned) {
      returned = entry.descriptor().retain();
    }
  }

  static final class PermitsPuts {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Request request,
        @Advice.Return(readOnly = false, typing = Typing.DYNAMIC) Object returned) {
      if (request.operation() == Operation.PUT) {
        returned = null;
      }
    }
  }

  static final class ReturnsReadWrite {
    @Advice.OnMethodExit
    static void exit(@Advice.Return(readOnly = false) Access returned) {
      returned = Access.READ_WRITE;
    }
  }

  static final class DoesNothing {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      return true;
    }
  }

  static final class PermitsOpens {
    @Advice.OnMethodExit
    static void exit(
        @Advice.Argument(0) Request request,
        @Advice.Return(readOnly = false, typing = Typing.DYNAMIC) Object returned) {
      if (request.operation() == Operation.OPEN || request.operation() == Operation.TAKE) {
        returned = null;
      }
    }
  }

  static final class ForgetsClaims {
    @Advice.OnMethodExit
    static void exit(@Advice.This Registry registry, @Advice.Argument(0) Node node) {
      if (node instanceof Entry entry) {
        for (Claim claim : List.copyOf(entry.claims())) {
          registry.release(claim);
        }
      }
    }
  }

  static final class ChangesMode {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) Node node, @Advice.Argument(1) AttributeChange change) {
      Integer mode = change.mode();
      if (mode != null) {
        node.setMode(mode, node.changed());
      }
    }
  }
}
