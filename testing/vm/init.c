// The first program of the machine, alone in its initrd: makes the host's file system, read-only over
// 9p with a tmpfs above it, the root; mounts what a system has; and goes on as the script of the job.

#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHARE "trans=virtio,version=9p2000.L,msize=512000"
#define ROOT "/root"
#define JOB "/run/vm"

struct place {
  const char *what, *where, *type;
  unsigned long flags;
  const char *options;
};

static const struct place layers[] = {
    {"host", "/host", "9p", MS_RDONLY, SHARE ",cache=loose"},
    {"above", "/above", "tmpfs", 0, "mode=755"},
};

static const struct place root[] = {
    {"root", ROOT, "overlay", 0, "lowerdir=/host,upperdir=/above/files,workdir=/above/work"},
    {"proc", ROOT "/proc", "proc", 0, NULL},
    {"sys", ROOT "/sys", "sysfs", 0, NULL},
    {"debug", ROOT "/sys/kernel/debug", "debugfs", 0, NULL},
    {"cgroup", ROOT "/sys/fs/cgroup", "cgroup2", 0, NULL},
    {"dev", ROOT "/dev", "devtmpfs", 0, NULL},
    {"pts", ROOT "/dev/pts", "devpts", 0, "ptmxmode=666"},
    {"shm", ROOT "/dev/shm", "tmpfs", 0, "mode=1777"},
    {"run", ROOT "/run", "tmpfs", 0, "mode=755"},
    {"job", ROOT JOB, "9p", 0, SHARE ",cache=none"},
    {"results", ROOT JOB "/results", "9p", 0, SHARE ",cache=none"},
};

// QEMU is told not to reboot: this ends it.
static void fail(const char *what) {
  fprintf(stderr, "init: %s: %s\n", what, strerror(errno));
  reboot(RB_AUTOBOOT);
  exit(1);
}

static void mount_all(const struct place *places, size_t count) {
  for (const struct place *p = places; p < places + count; p++) {
    if (mkdir(p->where, 0755) != 0 && errno != EEXIST) fail(p->where);
    if (mount(p->what, p->where, p->type, p->flags, p->options) != 0) fail(p->where);
  }
}

// What the kernel leaves to udev.
static void finish_dev(void) {
  static const char *const links[][2] = {
      {"/proc/self/fd", ROOT "/dev/fd"},
      {"/proc/self/fd/0", ROOT "/dev/stdin"},
      {"/proc/self/fd/1", ROOT "/dev/stdout"},
      {"/proc/self/fd/2", ROOT "/dev/stderr"},
  };
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    if (symlink(links[i][0], links[i][1]) != 0) fail(links[i][1]);
  }
  if (chmod(ROOT "/dev/fuse", 0666) != 0) fail("/dev/fuse");
}

static void bring_loopback_up(void) {
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  if (s < 0 || ioctl(s, SIOCSIFFLAGS, &request) != 0) fail("loopback");
  close(s);
}

int main(void) {
  umask(022);
  mount_all(layers, sizeof layers / sizeof *layers);
  if (mkdir("/above/files", 0755) != 0 || mkdir("/above/work", 0755) != 0) fail("/above");
  mount_all(root, sizeof root / sizeof *root);
  finish_dev();
  bring_loopback_up();
  if (chdir(ROOT) != 0 || mount(".", "/", NULL, MS_MOVE, NULL) != 0) fail(ROOT);
  if (chroot(".") != 0 || chdir("/") != 0) fail("chroot");
  execl("/bin/bash", "bash", JOB "/guest.sh", (char *)NULL);
  fail("/bin/bash");
}
