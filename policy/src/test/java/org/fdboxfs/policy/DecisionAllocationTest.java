package org.fdboxfs.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A decision is made at every open: what it leaves for the garbage collector is bounded. How long
 * it takes is measured by the benchmark alone.
 */
class DecisionAllocationTest {
  private static final int DECISIONS = 10_000;

  @ParameterizedTest(name = "{0}: at most {1} bytes")
  @CsvSource({"default, 256", "1-expression, 512", "10-expressions, 3000"})
  void aPermittedOpenAllocatesNextToNothing(String policy, long most) throws FsException {
    DecisionBenchmark decisions = new DecisionBenchmark();
    decisions.policy = policy;
    decisions.prepare();
    bytes(decisions); // what is done once is not meant

    assertThat(bytes(decisions) / DECISIONS).isPositive().isLessThanOrEqualTo(most);
  }

  private static long bytes(DecisionBenchmark decisions) {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < DECISIONS; i++) {
      if (decisions.decide() != null) {
        throw new AssertionError("refused");
      }
    }
    return thread.getCurrentThreadAllocatedBytes() - before;
  }
}
