package org.fdboxfs.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.testing.OtherProcess.NONE;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.fdboxfs.fs.MemoryFigures;
import org.fdboxfs.fs.WakeUp;
import org.fdboxfs.fs.fuse.NativeSupport;
import org.fdboxfs.linux.LinuxDescriptors;
import org.fdboxfs.linux.ProcTable;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.Descriptor;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.FsException;
import org.fdboxfs.model.ProcessTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is thrown inside a callback refuses with EIO. Natively it would be a success: the open would
 * be granted. Here the filesystem runs in this process, over parts that throw when they are told.
 */
class FaultTest {
  private final AtomicReference<@Nullable Fault> broken = new AtomicReference<>();
  private final OtherProcess process = OtherProcess.start();
  private final OwnMount mount;
  private final Path place;

  /** What is thrown. */
  enum Fault {
    EXCEPTION {
      @Override
      void happen() {
        throw new IllegalStateException("on purpose");
      }
    },
    ERROR {
      @Override
      void happen() {
        throw new StackOverflowError("on purpose");
      }
    },
    /** As when there is no memory left for saying that there is none. */
    WHAT_CANNOT_BE_LOGGED {
      @Override
      void happen() {
        throw new OutOfMemoryError() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new OutOfMemoryError("on purpose, again");
          }
        };
      }
    };

    abstract void happen();
  }

  FaultTest() throws Exception {
    MountedTest.requireFuse();
    mount = mount();
    place = mount.path();
  }

  private OwnMount mount() throws Exception {
    return OwnMount.make(
        2,
        saboteur(ProcessTable.class, new ProcTable()),
        saboteur(WakeUp.Factory.class, NativeSupport::wakeUp),
        new BrokenSource(new LinuxDescriptors()),
        saboteur(MemoryFigures.class, NativeSupport.figures()));
  }

  /** Hands out descriptors that throw. */
  private final class BrokenSource implements DescriptorSource {
    private final DescriptorSource real;

    BrokenSource(DescriptorSource real) {
      this.real = real;
    }

    @Override
    public Offer fetch(Caller caller, int number) throws FsException {
      return sabotaged(real.fetch(caller, number));
    }

    @Override
    public Offer createMemory(String name) throws FsException {
      return sabotaged(real.createMemory(name));
    }

    private Offer sabotaged(Offer offer) {
      Fault fault = broken.get();
      if (fault != null) {
        offer.descriptor().close();
        fault.happen();
      }
      return new Offer(saboteur(Descriptor.class, offer.descriptor()), offer.self());
    }
  }

  /** The real thing until it is broken; then it throws, but for what only counts or closes. */
  private <T> T saboteur(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              boolean harmless = List.of("close", "kind", "access").contains(method.getName());
              Fault fault = broken.get();
              if (fault != null && !harmless) {
                fault.happen();
              }
              try {
                Object result = method.invoke(real, arguments);
                return List.of("retain", "pin").contains(method.getName()) ? proxy : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @BeforeEach
  void makeABox() {
    process.run("mkdir", place + "/box", "0777");
    process.put(process.memfd("content"), place + "/box/ram");
  }

  @AfterEach
  void unmount() throws Exception {
    broken.set(null);
    process.close();
    mount.close();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void whatIsThrownRefusesWithEioAndIsOverWhenItIsOver(Fault fault) throws IOException {
    String ram = place + "/box/ram";
    long fd = process.memfd("");
    long handle = process.open(ram, "O_RDWR");
    broken.set(fault);

    assertThat(process.tryOpen(ram, "O_RDWR")).as("open").isEqualTo("EIO");
    assertThat(process.errno("stat", ram)).as("getattr").isEqualTo("EIO");
    assertThat(process.errno("fstat", handle)).as("fgetattr").isEqualTo("EIO");
    assertThat(process.errno("read", handle, 10, 0)).as("read").isEqualTo("EIO");
    assertThat(process.errno("write", handle, "x", 0)).as("write").isEqualTo("EIO");
    assertThat(process.errno("ftruncate", handle, 1)).as("ftruncate").isEqualTo("EIO");
    assertThat(process.errno("fallocate", handle, 0, 0, 100)).as("fallocate").isEqualTo("EIO");
    assertThat(process.tryPut(fd, place + "/box/put")).as("symlink").isEqualTo("EIO");
    assertThat(process.errno("open", place + "/box/new", "O_CREAT|O_RDWR"))
        .as("create")
        .isEqualTo("EIO");
    assertThat(process.errno("statfs", place)).as("statfs").isEqualTo("EIO");
    assertThat(process.tryOpen(place + "/.fdbox/events", "O_RDONLY")).as("events").isEqualTo("EIO");

    broken.set(null);
    assertThat(process.text("read", handle, 10, 0)).isEqualTo("content");
    assertThat(process.tryOpen(ram, "O_RDWR")).isEqualTo(NONE);
    assertThat(process.tryPut(fd, place + "/box/put")).isEqualTo(NONE);
    assertThat(process.errno("stat", place + "/box/new")).isEqualTo("ENOENT");
    assertThat(process.errno("statfs", place)).isEqualTo(NONE);
    process.close(handle);
    Await.until(
        "no claim is left of what failed",
        () -> process.xattr(ram, "user.fdbox.claims").equals("0"));
  }
}
