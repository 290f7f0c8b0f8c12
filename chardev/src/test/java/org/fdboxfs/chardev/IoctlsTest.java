package org.fdboxfs.chardev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.fdboxfs.fake.FakeClock;
import org.fdboxfs.fake.FakeDescriptor;
import org.fdboxfs.fake.FakeProcesses;
import org.fdboxfs.model.Access;
import org.fdboxfs.model.Caller;
import org.fdboxfs.model.DescriptorSource;
import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FdKind;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.Boxes;
import org.fdboxfs.policy.Guard;
import org.fdboxfs.policy.PolicySettings;
import org.fdboxfs.policy.Target;
import org.fdboxfs.policy.rule.Limits;
import org.fdboxfs.registry.Registry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each ioctl means, over a guard without a kernel: descriptor 3 is a memfd, 4 an epoll. */
class IoctlsTest {
  private static final int MEMFD = 3;
  private static final int EPOLL = 4;
  private static final String ENDLESS = "x".repeat(256);

  private final FakeProcesses processes = new FakeProcesses();
  private final Guard guard =
      new Guard(
          new Registry(new FakeClock(), 0, 0), PolicySettings.DEFAULT, Limits.ofDescriptors(50));
  private final List<FakeDescriptor> fetched = new ArrayList<>();
  private final List<String> delivered = new ArrayList<>();
  private final Caller root = processes.caller(0, 0, 1);
  private boolean administers = true;

  /** What others do while a descriptor is fetched. */
  private Meanwhile meanwhile = () -> {};

  private final Ioctls ioctls =
      new Ioctls(
          guard,
          new Source(),
          (entry, socket, direct, caller) -> delivered.add(entry + " by " + socket),
          new TestCallers());

  private interface Meanwhile {
    void happens() throws FsException;
  }

  private final class TestCallers implements Callers {
    @Override
    public boolean administers(Caller direct) {
      return administers;
    }

    @Override
    public Caller peer(Caller direct) {
      return direct;
    }
  }

  /** A table of two descriptors. */
  private final class Source implements DescriptorSource {
    @Override
    public Offer fetch(Caller caller, int number) throws FsException {
      if (number != MEMFD && number != EPOLL) {
        throw new FsException(Errno.EBADF, "not open");
      }
      meanwhile.happens();
      FakeDescriptor made = new FakeDescriptor(number == MEMFD ? FdKind.MEMFD : FdKind.EPOLL);
      fetched.add(made);
      return new Offer(made, false);
    }

    @Override
    public Offer createMemory(String name) {
      throw new AssertionError("nobody makes memory here");
    }
  }

  private static byte[] struct(Command command, long flags, int number, String name) {
    ByteBuffer bytes =
        ByteBuffer.allocate(command.bytes()).order(ByteOrder.nativeOrder()).putLong(0, flags);
    boolean ofFd = !command.isOfControl();
    if (ofFd) {
      bytes.putInt(8, number);
    }
    byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
    bytes.put(command == Command.PUT_FD ? 16 : ofFd ? 12 : 8, text);
    return bytes.array();
  }

  private void call(long device, Command command, long flags, int number, String name)
      throws FsException {
    byte[] argument = command.bytes() == 0 ? new byte[0] : struct(command, flags, number, name);
    ioctls.onMount(device, command.numberOnMount(), argument, root);
  }

  private Errno refusal(long device, Command command, long flags, int number, String name) {
    return errnoOf(() -> call(device, command, flags, number, name));
  }

  private long box(String name) throws FsException {
    call(Ioctls.CONTROL, Command.CREATE_BOX, 0, 0, name);
    return ioctls.device(name).orElseThrow();
  }

  @Test
  void theNumbersAreThoseOfTheHeader() {
    assertThat(Command.CREATE_BOX.number()).isEqualTo(0x2e00);
    assertThat(Command.UNSEAL.number()).isEqualTo(0x2e05);
    assertThat(Command.CREATE_BOX.numberOnMount()).isEqualTo(0x41082e00);
    assertThat(Command.DELETE_BOX.numberOnMount()).isEqualTo(0x41082e01);
    assertThat(Command.PUT_FD.numberOnMount()).isEqualTo(0x41102e02);
    assertThat(Command.GET_FD.numberOnMount()).isEqualTo(0x41102e03);
    assertThat(Command.SEAL.numberOnMount()).isEqualTo(0x2e04);
  }

  @ParameterizedTest
  @EnumSource
  void aNumberLeadsToItsCommandAndNoOtherPlace(Command command) {
    assertThat(Command.ofNumber(command.number())).isEqualTo(command);
    assertThat(Command.ofNumberOnMount(command.numberOnMount())).isEqualTo(command);
    if (command.bytes() > 0) {
      assertThat(Command.ofNumberOnMount(command.number())).isNull();
      assertThat(Command.ofNumber(command.numberOnMount())).isNull();
    }
  }

  @Test
  void aBoxIsMadeAndDeleted() throws FsException {
    long box = box("vm1");
    assertThat(ioctls.names()).containsExactly("fdbox", "vm1");
    assertThat(guard.boxes().at(box).map(Boxes.View::name)).contains("vm1");
    assertThat(refusal(Ioctls.CONTROL, Command.CREATE_BOX, 0, 0, "vm1")).isEqualTo(Errno.EEXIST);

    call(Ioctls.CONTROL, Command.DELETE_BOX, 0, 0, "vm1");
    assertThat(ioctls.device("vm1")).isEmpty();
    assertThat(refusal(box, Command.SEAL, 0, 0, "")).isEqualTo(Errno.ENOTCONN);
    assertThat(refusal(Ioctls.CONTROL, Command.DELETE_BOX, 0, 0, "vm1")).isEqualTo(Errno.ENOENT);
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE_BOX, 1, x",
    "DELETE_BOX, 1, x",
    "CREATE_BOX, 0, ENDLESS",
    "DELETE_BOX, 0, ENDLESS",
    "CREATE_BOX, 0, ''",
    "CREATE_BOX, 0, a/b",
    "CREATE_BOX, 0, .."
  })
  void controlRefusesWhatIsNotThere(Command command, long flags, String name) {
    String whole = name.equals("ENDLESS") ? ENDLESS : name;
    assertThat(refusal(Ioctls.CONTROL, command, flags, 0, whole)).isEqualTo(Errno.EINVAL);
  }

  @Test
  void puttingLooksAtSealThenDescriptorThenTypeThenName() throws FsException {
    long box = box("vm1");
    assertThat(refusal(box, Command.PUT_FD, 0, 99, ENDLESS)).isEqualTo(Errno.EINVAL);
    assertThat(refusal(box, Command.PUT_FD, 0, -1, "a")).isEqualTo(Errno.EINVAL);
    assertThat(refusal(box, Command.PUT_FD, 0, EPOLL, ENDLESS)).isEqualTo(Errno.EOPNOTSUPP);
    assertThat(refusal(box, Command.PUT_FD, 0, MEMFD, ENDLESS)).isEqualTo(Errno.EINVAL);
    call(box, Command.PUT_FD, 0xdeadL, MEMFD, "ram\0ignored");
    assertThat(refusal(box, Command.PUT_FD, 0, MEMFD, "ram")).isEqualTo(Errno.EEXIST);
    call(box, Command.SEAL, 0, 0, "");
    assertThat(refusal(box, Command.PUT_FD, 0, 99, ENDLESS)).isEqualTo(Errno.EBUSY);

    call(Ioctls.CONTROL, Command.DELETE_BOX, 0, 0, "vm1");
    assertThat(fetched).allMatch(each -> each.users() == 0);
  }

  @Test
  void gettingLooksAtSealThenFlags() throws FsException {
    long box = box("vm1");
    assertThat(refusal(box, Command.GET_FD, 1, 5, ENDLESS)).isEqualTo(Errno.EINVAL);
    call(box, Command.GET_FD, 0, 5, "ram");
    assertThat(delivered).containsExactly(Target.in(box, "ram") + " by 5");
    call(box, Command.SEAL, 0, 0, "");
    assertThat(refusal(box, Command.GET_FD, 1, 5, ENDLESS)).isEqualTo(Errno.EBUSY);
    assertThat(delivered).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "\u00ff", "\u00ef\u00bf\u00bd"})
  void whatNoEntryCanBeCalledIsNoEntry(String name) throws FsException {
    long box = box("vm1");
    call(box, Command.GET_FD, 0, 5, name);
    assertThat(delivered).containsExactly(Target.in(box, "") + " by 5");
    assertThat(refusal(box, Command.PUT_FD, 0, MEMFD, name)).isEqualTo(Errno.EINVAL);
  }

  @Test
  void aNameThatDoesNotEndIsNoEntry() throws FsException {
    whatNoEntryCanBeCalledIsNoEntry(ENDLESS);
  }

  @Test
  void theBoxThatWasOpenedIsMeantWhateverItIsCalledMeanwhile() throws FsException {
    long box = box("vm1");
    meanwhile =
        () -> {
          guard.namespace().rename("/vm1", "/moved", false, root);
          guard.namespace().mkdir("/vm1", 0700, root);
        };
    call(box, Command.PUT_FD, 0, MEMFD, "ram");

    guard.metadata().attributes(Target.at("/moved/ram"));
    assertThat(errnoOf(() -> guard.metadata().attributes(Target.at("/vm1/ram"))))
        .isEqualTo(Errno.ENOENT);
    call(box, Command.SEAL, 0, 0, "");
    assertThat(guard.boxes().named("moved").map(Boxes.View::sealed)).contains(true);
    assertThat(guard.boxes().named("vm1").map(Boxes.View::sealed)).contains(false);
  }

  @Test
  void aBoxThatGoesMeanwhileIsGoneAndNoNameIsWrong() throws FsException {
    long box = box("vm1");
    meanwhile = () -> guard.boxes().remove("vm1", root);

    assertThat(refusal(box, Command.PUT_FD, 0, MEMFD, "ram")).isEqualTo(Errno.ENOTCONN);
    assertThat(fetched).allMatch(each -> each.users() == 0);
  }

  @ParameterizedTest
  @EnumSource
  void aBoxIsAskedByAdministratorsOnlyAndControlByWhoeverHasIt(Command command) throws FsException {
    long box = box("vm1");
    administers = false;
    assertThat(refusal(box, command, 1, 0, ENDLESS)).isEqualTo(Errno.EPERM);
    assertThat(errnoOf(() -> ioctls.onMount(box, 0x1234, new byte[0], root)))
        .isEqualTo(Errno.EPERM);
    assertThat(refusal(Ioctls.CONTROL, Command.CREATE_BOX, 0, 0, "vm1")).isEqualTo(Errno.EEXIST);
  }

  @Test
  void deletingUnsealsAndIsRefusedAsAWhole() throws FsException {
    long box = box("vm1");
    call(box, Command.PUT_FD, 0, MEMFD, "ram");
    call(box, Command.SEAL, 0, 0, "");
    Caller stranger =
        Caller.peer(1000, 1000, Set.of(), new Caller.ProcessKey(7, 7), false, processes);

    assertThat(errnoOf(() -> guard.boxes().remove("vm1", stranger))).isEqualTo(Errno.EPERM);

    assertThat(guard.boxes().at(box).map(Boxes.View::sealed)).contains(true);
    assertThat(errnoOf(() -> guard.claims().open("/vm1/ram", Access.READ, root)))
        .isEqualTo(Errno.EBUSY);
  }

  /** Decoding by chance: refused or done, and nothing that was fetched is lost sight of. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void nothingLeaksWhateverComes(long seed) throws FsException {
    SplittableRandom random = new SplittableRandom(seed);
    long box = box("vm1");
    String[] names = {"a", "b", "", ENDLESS, "a/b", ".", "\u00ff", "vm1", "vm2", "fdbox", "a!"};
    List<Command> commands = List.of(Command.values());
    for (int turn = 0; turn < 2000; turn++) {
      Command command = commands.get(random.nextInt(commands.size()));
      long device =
          random.nextInt(4) == 0
              ? random.nextInt(5)
              : random.nextBoolean() ? ioctls.device("vm1").orElse(box) : 0;
      int flags = random.nextInt(4) == 0 ? random.nextInt() : 0;
      int number = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(7);
      try {
        call(device, command, flags, number, names[random.nextInt(names.length)]);
      } catch (FsException e) {
        assertThat(e.errno()).as("seed %d, turn %d", seed, turn).isNotEqualTo(Errno.EIO);
      }
    }
    for (Boxes.View left : guard.boxes().all()) {
      call(Ioctls.CONTROL, Command.DELETE_BOX, 0, 0, left.name());
    }
    assertThat(fetched).allMatch(each -> each.users() == 0);
    assertThat(fetched).isNotEmpty();
  }
}
