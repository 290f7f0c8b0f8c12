package org.fdboxfs.policy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CEL takes most of the memory of a parser: it must stay away from policies that do without. */
class CelLoadingTest {
  private static final String WITHOUT_EXPRESSION =
      PolicyParserTest.EXAMPLE.replaceAll("(?m)^ *when: .*\n", "");

  @Test
  void aPolicyWithoutExpressionsLoadsNothingOfCel() throws Exception {
    try (WithoutCel loader = new WithoutCel()) {
      parseIn(loader, WITHOUT_EXPRESSION);

      assertThat(loader.askedFor).isEmpty();
    }
  }

  @Test
  void aPolicyWithAnExpressionDoes() throws Exception {
    try (WithoutCel loader = new WithoutCel()) {
      assertThatExceptionOfType(InvocationTargetException.class)
          .isThrownBy(() -> parseIn(loader, PolicyParserTest.EXAMPLE))
          .withCauseInstanceOf(NoClassDefFoundError.class);
      assertThat(loader.askedFor).isNotEmpty();
    }
  }

  private static void parseIn(ClassLoader loader, String yaml) throws Exception {
    Class<?> parser = loader.loadClass(PolicyParser.class.getName());
    assertThat(parser.getClassLoader()).isSameAs(loader);
    parser.getMethod("parse", String.class).invoke(null, yaml);
  }

  /** Loads all classes of the test anew, but none of CEL. */
  private static final class WithoutCel extends URLClassLoader {
    private final List<String> askedFor = new ArrayList<>();

    WithoutCel() {
      super(classPath(), ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith("dev.cel.")) {
        askedFor.add(name);
        throw new ClassNotFoundException(name);
      }
      return super.findClass(name);
    }

    private static URL[] classPath() {
      return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(WithoutCel::url)
          .toArray(URL[]::new);
    }

    private static URL url(String path) {
      try {
        return Path.of(path).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
