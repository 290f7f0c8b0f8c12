package org.fdboxfs.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fdboxfs.fake.Refusals.errnoOf;
import static org.fdboxfs.fs.Mount.O_RDONLY;
import static org.fdboxfs.fs.Mount.O_RDWR;
import static org.fdboxfs.fs.Mount.O_WRONLY;

import org.fdboxfs.model.Errno;
import org.fdboxfs.model.FsException;
import org.fdboxfs.policy.AttributeChange;
import org.junit.jupiter.api.Test;

/** Half a policy is never in force. */
class PolicyFileTest {
  private static final String FILE = "/.fdbox/policy";
  private static final String OLD = "version: 1\n";
  private static final String GOOD = "version: 1\nkinds: { pipe: { allow: false } }\n";
  private static final String BAD = "version: 1\nkinds: { nonsense: 5 }\n";

  private final Mount mount = new Mount();
  private final FdBoxFs fs = mount.fs;

  PolicyFileTest() throws FsException {}

  private long open() throws FsException {
    return fs.open(FILE, O_WRONLY, mount.root);
  }

  private String inForce() {
    return mount.guard.inspection().policyText();
  }

  @Test
  void aWholeTextIsInForceOnceItIsClosed() throws FsException {
    long handle = open();
    fs.setattr(handle, AttributeChange.size(0), mount.root);
    mount.write(handle, GOOD, 0);
    assertThat(inForce()).isEqualTo(OLD);
    fs.content().flush(handle);
    assertThat(inForce()).isEqualTo(GOOD);
    fs.release(handle);
    assertThat(mount.read(FILE, mount.bob)).isEqualTo(GOOD);
  }

  @Test
  void aBadTextIsRefusedWhenItIsWrittenAndWhenItIsClosed() throws FsException {
    long handle = open();
    assertThat(errnoOf(() -> mount.write(handle, BAD, 0))).isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> fs.content().flush(handle))).isEqualTo(Errno.EINVAL);
    fs.release(handle);
    assertThat(inForce()).isEqualTo(OLD);
    assertThat(mount.read("/.fdbox/denials", mount.root)).contains("line 2").contains("EINVAL");
    assertThat(mount.read("/.fdbox/denials", mount.bob)).isEmpty();
  }

  @Test
  void aSpoiltHandleStaysRefused() throws FsException {
    long handle = open();
    errnoOf(() -> mount.write(handle, BAD, 0));
    assertThat(errnoOf(() -> mount.write(handle, GOOD, BAD.length()))).isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> mount.write(handle, GOOD, 0))).isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> fs.content().flush(handle))).isEqualTo(Errno.EINVAL);
    fs.release(handle);
    assertThat(inForce()).isEqualTo(OLD);
  }

  @Test
  void aTextOfSeveralWritesIsInForceAsAWholeOnly() throws FsException {
    String padded = "version: 1\n# " + "x".repeat(2 * 4096 - 14) + "\n" + GOOD.substring(11);
    long handle = open();
    mount.write(handle, padded.substring(0, 4096), 0);
    mount.write(handle, padded.substring(4096, 8192), 4096);
    assertThat(inForce()).isEqualTo(OLD);
    mount.write(handle, padded.substring(8192), 8192);
    fs.content().flush(handle);
    assertThat(inForce()).isEqualTo(padded);
    fs.release(handle);
  }

  @Test
  void aTextThatBreaksOffIsRefusedWhenItIsClosed() throws FsException {
    String broken = "version: 1\nkinds: { pipe: " + " ".repeat(4096 - 26);
    assertThat(broken).hasSize(4096);
    long handle = open();
    mount.write(handle, broken, 0);
    assertThat(errnoOf(() -> fs.content().flush(handle))).isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> mount.write(handle, GOOD, 0))).isEqualTo(Errno.EINVAL);
    fs.release(handle);
    assertThat(inForce()).isEqualTo(OLD);
  }

  @Test
  void aTextIsWrittenFromTheStartInSequence() throws FsException {
    long handle = open();
    assertThat(errnoOf(() -> mount.write(handle, GOOD, 5))).isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> fs.content().flush(handle))).isEqualTo(Errno.EINVAL);
    fs.release(handle);
    long other = open();
    mount.write(other, GOOD, 0);
    assertThat(errnoOf(() -> mount.write(other, "# more\n", 0))).isEqualTo(Errno.EINVAL);
    fs.release(other);
    assertThat(inForce()).isEqualTo(OLD);
  }

  @Test
  void aTextHasABound() throws FsException {
    long handle = open();
    String block = "#" + "x".repeat(65534) + "\n";
    for (int i = 0; i < 16; i++) {
      mount.write(handle, block, i * 65536L);
    }
    assertThat(errnoOf(() -> mount.write(handle, "#\n", 16 * 65536L))).isEqualTo(Errno.EINVAL);
    assertThat(errnoOf(() -> fs.content().flush(handle))).isEqualTo(Errno.EINVAL);
    fs.release(handle);
    assertThat(inForce()).isEqualTo(OLD);
  }

  @Test
  void anOpenAndCloseChangesNothing() throws FsException {
    long newest = mount.guard.journal().newest();
    long handle = open();
    fs.setattr(handle, AttributeChange.size(0), mount.root);
    fs.content().flush(handle);
    fs.content().flush(handle);
    fs.release(handle);
    assertThat(inForce()).isEqualTo(OLD);
    assertThat(mount.guard.journal().newest()).isEqualTo(newest);
  }

  @Test
  void whatIsOpenForReadingIsNotWritten() throws FsException {
    long handle = fs.open(FILE, O_RDONLY, mount.root);
    assertThat(errnoOf(() -> mount.write(handle, GOOD, 0))).isEqualTo(Errno.EBADF);
    fs.content().flush(handle);
    fs.release(handle);
    assertThat(inForce()).isEqualTo(OLD);
  }

  @Test
  void aReaderSeesThePolicyOfItsOpen() throws FsException {
    long reader = fs.open(FILE, O_RDWR, mount.root);
    long writer = open();
    mount.write(writer, GOOD, 0);
    fs.content().flush(writer);
    assertThat(mount.read(reader)).isEqualTo(OLD);
    assertThat(mount.read(FILE, mount.root)).isEqualTo(GOOD);
  }
}
