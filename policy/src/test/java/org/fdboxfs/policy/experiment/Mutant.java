package org.fdboxfs.policy.experiment;

import static net.bytebuddy.matcher.ElementMatchers.named;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** All classes of ours once more, with one mistake in them. */
final class Mutant extends ClassLoader {
  private final @Nullable Mutation mutation;

  Mutant(@Nullable Mutation mutation) {
    super(Mutant.class.getClassLoader());
    this.mutation = mutation;
  }

  /** What {@link Walk#explore} of the mutant says. */
  @SuppressWarnings("unchecked")
  List<String> explore(String policy, String crashes, String scenario) {
    try {
      Method explore =
          loadClass(Walk.class.getName())
              .getMethod("explore", String.class, String.class, String.class);
      return (List<String>) explore.invoke(null, policy, crashes, scenario);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("org.fdboxfs.")) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] bytes = bytesOf(name);
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }
  }

  private byte[] bytesOf(String name) throws ClassNotFoundException {
    if (mutation != null && name.equals(mutation.type())) {
      return new ByteBuddy()
          .redefine(Class.forName(name))
          .visit(Advice.to(mutation.advice()).on(named(mutation.method())))
          .make()
          .getBytes();
    }
    String file = name.replace('.', '/') + ".class";
    try (InputStream bytes = getParent().getResourceAsStream(file)) {
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
