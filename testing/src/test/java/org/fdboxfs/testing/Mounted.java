package org.fdboxfs.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a mount, made by the launcher as a user would make it, and each test a
 * {@link TestBox} of its own. Classes with the same options share the mount.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(MountedTest.class)
public @interface Mounted {
  /** The value of {@code -o}. */
  String options() default "";
}
