package org.fdboxfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.FsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a model: what was written last to each, whoever works with it, wherever it is kept. */
class ShelvesRandomTest {
  private static final int MOST = 70;

  /** A held one, and who works with it. */
  private static final class Model {
    private final Descriptor descriptor;
    private final List<Descriptor> pins = new ArrayList<>();
    private boolean open = true;
    private long content;

    Model(Descriptor descriptor, long content) {
      this.descriptor = descriptor;
      this.content = content;
    }

    boolean isGone() {
      return !open && pins.isEmpty();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void everyoneReadsWhatWasWrittenLast(long seed) throws FsException {
    SplittableRandom random = new SplittableRandom(seed);
    long memory = TableProbe.countHere("memfd:probe");
    try (Shelves shelves = TableProbe.shelves(5, 15);
        DescriptorTable table = new DescriptorTable(8, 1000, shelves)) {
      List<Model> held = new ArrayList<>();
      for (int step = 0; step < 5_000; step++) {
        step(random, table, held, step);
        held.removeIf(Model::isGone);
      }
      for (Model model : held) {
        assertContent(model);
        model.pins.forEach(Descriptor::close);
        if (model.open) {
          model.descriptor.close();
        }
      }
      assertThat(table.used()).isZero();
      for (Shelf shelf : shelves.made()) {
        TableProbe.await("all closed", () -> shelf.used() == 0);
        assertThat(TableProbe.openIn(shelf.keeper().id()).values())
            .noneMatch(target -> target.contains("memfd:"));
      }
    }
    assertThat(TableProbe.countHere("memfd:probe")).isEqualTo(memory);
    TableProbe.await("no number lost", () -> TableProbe.countHere("pidfd") == 0);
  }

  private static void step(
      SplittableRandom random, DescriptorTable table, List<Model> held, long step)
      throws FsException {
    if (held.isEmpty() || (held.size() < MOST && random.nextInt(4) == 0)) {
      held.add(new Model(TableProbe.hold(table, step), step));
      return;
    }
    Model model = held.get(random.nextInt(held.size()));
    switch (random.nextInt(6)) {
      case 0 -> model.pins.add(model.descriptor.pin());
      case 1 -> {
        if (!model.pins.isEmpty()) {
          model.pins.remove(random.nextInt(model.pins.size())).close();
        }
      }
      case 2 -> {
        if (model.open && random.nextBoolean()) {
          model.open = false;
          model.descriptor.close();
        }
      }
      case 3 -> {
        if (!model.pins.isEmpty()) {
          model.content = step;
          TableProbe.write(model.pins.get(0).number(), step);
        }
      }
      case 4 -> assertThat(model.descriptor.stat().size()).isEqualTo(8);
      default -> assertContent(model);
    }
  }

  private static void assertContent(Model model) throws FsException {
    assertThat(TableProbe.read(model.descriptor)).isEqualTo(model.content);
    for (Descriptor pinned : model.pins) {
      assertThat(TableProbe.read(pinned)).isEqualTo(model.content);
    }
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    int threads = 4;
    int common = 20;
    try (Shelves shelves = TableProbe.shelves(8, 15);
        DescriptorTable table = new DescriptorTable(8, 1000, shelves)) {
      List<Descriptor> everybodys = new ArrayList<>();
      for (int i = 0; i < common; i++) {
        everybodys.add(TableProbe.hold(table, i));
      }
      CountDownLatch start = new CountDownLatch(1);
      AtomicLong unique = new AtomicLong(1000);
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      List<Future<Integer>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        SplittableRandom random = new SplittableRandom(i);
        results.add(pool.submit(work(start, table, everybodys, unique, random)));
      }
      start.countDown();
      for (Future<Integer> result : results) {
        assertThat(result.get()).isEqualTo(3_000);
      }
      pool.shutdown();
      for (int i = 0; i < common; i++) {
        assertThat(TableProbe.read(everybodys.get(i))).isEqualTo(i);
        everybodys.get(i).close();
      }
      assertThat(table.used()).isZero();
      for (Shelf shelf : shelves.made()) {
        TableProbe.await("all closed", () -> shelf.used() == 0);
      }
    }
  }

  private static Callable<Integer> work(
      CountDownLatch start,
      DescriptorTable table,
      List<Descriptor> everybodys,
      AtomicLong unique,
      SplittableRandom random) {
    return () -> {
      start.await();
      List<Descriptor> mine = new ArrayList<>();
      List<Long> contents = new ArrayList<>();
      int steps = 0;
      for (; steps < 3_000; steps++) {
        int any = random.nextInt(everybodys.size());
        try (Descriptor pinned = everybodys.get(any).pin()) {
          assertThat(TableProbe.read(pinned)).isEqualTo(any);
        }
        assertThat(everybodys.get(any).stat().size()).isEqualTo(8);
        if (mine.size() < 15 && random.nextBoolean()) {
          long content = unique.getAndIncrement();
          mine.add(TableProbe.hold(table, content));
          contents.add(content);
        } else if (!mine.isEmpty()) {
          int one = random.nextInt(mine.size());
          assertThat(TableProbe.read(mine.get(one))).isEqualTo(contents.remove(one));
          mine.remove(one).close();
        }
      }
      mine.forEach(Descriptor::close);
      return steps;
    };
  }
}
