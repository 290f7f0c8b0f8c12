/* One system call a command. */
#include "driver.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>
#include <unistd.h>

static void c_pipe(struct words *words) {
  int ends[2];
  if (pipe2(ends, words->n ? N(0) : 0) < 0) failed();
  else ok("%d %d", ends[0], ends[1]);
}

static void c_socketpair(struct words *words) {
  int ends[2];
  if (socketpair(AF_UNIX, N(0), 0, ends) < 0) failed();
  else ok("%d %d", ends[0], ends[1]);
}

static void c_timerfd(struct words *words) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  long millis = N(0);
  struct itimerspec when = {.it_value = {millis / 1000, millis % 1000 * 1000000}};
  timerfd_settime(fd, 0, &when, NULL);
  result(fd);
}

static void c_signalfd(struct words *words) {
  (void)words;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  result(signalfd(-1, &set, 0));
}

static void c_read(struct words *words) {
  static char data[MAX_DATA];
  ssize_t got = words->n > 2 ? pread(N(0), data, N(1), N(2)) : read(N(0), data, N(1));
  if (got < 0) failed();
  else ok_bytes(data, got);
}

static void c_write(struct words *words) {
  result(words->n > 2 ? pwrite(N(0), W[1], words->size[1], N(2)) : write(N(0), W[1], words->size[1]));
}

/* An eventfd wants eight bytes at once. */
static void c_add(struct words *words) {
  uint64_t value = N(1);
  result(write(N(0), &value, sizeof value));
}

static void c_count(struct words *words) {
  uint64_t value = 0;
  if (read(N(0), &value, sizeof value) < 0) failed();
  else ok("%lu", value);
}

static void describe(const struct stat *s) {
  ok("mode=%o size=%ld nlink=%lu uid=%u gid=%u ino=%lu blocks=%ld atime=%ld.%09ld mtime=%ld.%09ld "
     "ctime=%ld.%09ld dev=%u:%u", s->st_mode, s->st_size, s->st_nlink, s->st_uid, s->st_gid,
     s->st_ino, s->st_blocks, s->st_atim.tv_sec, s->st_atim.tv_nsec, s->st_mtim.tv_sec,
     s->st_mtim.tv_nsec, s->st_ctim.tv_sec, s->st_ctim.tv_nsec, major(s->st_dev), minor(s->st_dev));
}

static void c_stat(struct words *words) {
  struct stat s;
  if (lstat(W[0], &s) < 0) failed();
  else describe(&s);
}

static void c_fstat(struct words *words) {
  struct stat s;
  if (fstat(N(0), &s) < 0) failed();
  else describe(&s);
}

static void c_statfs(struct words *words) {
  struct statvfs s;
  if (statvfs(W[0], &s) < 0) failed();
  else ok("bsize=%lu blocks=%lu bfree=%lu bavail=%lu files=%lu ffree=%lu namemax=%lu", s.f_bsize,
          s.f_blocks, s.f_bfree, s.f_bavail, s.f_files, s.f_ffree, s.f_namemax);
}

static struct timespec timestamp(const char *word) {
  if (strcmp(word, "now") == 0) return (struct timespec){0, UTIME_NOW};
  if (strcmp(word, "omit") == 0) return (struct timespec){0, UTIME_OMIT};
  struct timespec t = {0, 0};
  sscanf(word, "%ld.%ld", &t.tv_sec, &t.tv_nsec);
  return t;
}

static void c_utimens(struct words *words) {
  struct timespec times[2] = {timestamp(W[1]), timestamp(W[2])};
  result(utimensat(AT_FDCWD, W[0], times, 0));
}

static void c_poll(struct words *words) {
  struct pollfd p = {.fd = N(0), .events = N(1)};
  int n = poll(&p, 1, N(2));
  if (n < 0) failed();
  else ok("%d", n == 0 ? 0 : p.revents);
}

/* Opens a path so often, and lets an epoll wait for each handle; answers with its number. */
static void c_open_and_wait(struct words *words) {
  int waiting = epoll_create1(0);
  for (long i = N(2); i > 0; i--) {
    int fd = open(W[0], N(1));
    struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fd};
    if (fd < 0 || epoll_ctl(waiting, EPOLL_CTL_ADD, fd, &wanted) < 0) {
      failed();
      return;
    }
  }
  ok("%d", waiting);
}

/* How many of the handles that an epoll waits for are ready; none when it takes too long. */
static void c_ready(struct words *words) {
  static struct epoll_event events[4096];
  result(epoll_wait(N(0), events, 4096, N(1)));
}

static void c_map(struct words *words) {
  char *at = mmap(NULL, N(1), N(2), N(3), N(0), 0);
  if (at == MAP_FAILED) failed();
  else ok("%ld", (long)at);
}

static void c_peek(struct words *words) { ok("%d", *(volatile unsigned char *)N(0)); }

static void c_poke(struct words *words) {
  *(volatile unsigned char *)N(0) = (unsigned char)N(1);
  ok("0");
}

static void c_getxattr(struct words *words) {
  static char value[65536];
  ssize_t got = getxattr(W[0], W[1], value, words->n > 2 ? N(2) : (long)sizeof value);
  if (got < 0) failed();
  else if (words->n > 2 && N(2) == 0) ok("%zd", got);
  else ok_bytes(value, got);
}

static void c_readlink(struct words *words) {
  char target[4096];
  ssize_t got = readlink(W[0], target, sizeof target);
  if (got < 0) failed();
  else ok_bytes(target, got);
}

static void c_listxattr(struct words *words) {
  static char value[65536];
  ssize_t got = listxattr(W[0], value, words->n > 1 ? N(1) : (long)sizeof value);
  if (got < 0) failed();
  else if (words->n > 1 && N(1) == 0) ok("%zd", got);
  else ok_bytes(value, got);
}

static void c_user(struct words *words) {
  gid_t groups[MAX_WORDS];
  int count = 0;
  for (int i = 2; i < words->n; i++) groups[count++] = N(i);
  if (setgroups(count, groups) < 0 || setresgid(N(1), N(1), N(1)) < 0
      || setresuid(N(0), N(0), N(0)) < 0) failed();
  else ok("0");
  prctl(PR_SET_DUMPABLE, 1);
}

static void c_opendir(struct words *words) {
  DIR *directory = opendir(W[0]);
  if (!directory) failed();
  else ok("%ld", (long)directory);
}

/* The rest of the names, separated by slashes; no more than asked for. */
static void c_names(struct words *words) {
  static char names[MAX_DATA];
  size_t length = 0;
  long most = words->n > 1 ? N(1) : -1;
  struct dirent *entry;
  errno = 0;
  while (most-- != 0 && length < sizeof names - 300 && (entry = readdir((DIR *)N(0)))) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      length += sprintf(names + length, "%s/", entry->d_name);
  }
  if (errno) failed();
  else ok_bytes(names, length);
}

static void c_rewinddir(struct words *words) { rewinddir((DIR *)N(0)); ok("0"); }
static void c_closedir(struct words *words) { result(closedir((DIR *)N(0))); }
SIMPLE(pid, getpid())
SIMPLE(memfd, memfd_create(W[0], words->n > 1 ? N(1) : 0))
SIMPLE(eventfd, eventfd(N(0), words->n > 1 ? N(1) : 0))
SIMPLE(epoll, epoll_create1(0))
SIMPLE(inotify, inotify_init1(0))
SIMPLE(pidfd, syscall(SYS_pidfd_open, getpid(), 0))
SIMPLE(open, open(W[0], N(1), words->n > 2 ? N(2) : 0600))
SIMPLE(close, close(N(0)))
SIMPLE(dup, dup(N(0)))
SIMPLE(symlink, symlink(W[0], W[1]))
SIMPLE(link, link(W[0], W[1]))
SIMPLE(unlink, unlink(W[0]))
SIMPLE(mkdir, mkdir(W[0], words->n > 1 ? N(1) : 0700))
SIMPLE(rmdir, rmdir(W[0]))
SIMPLE(mknod, mknod(W[0], N(1), words->n > 2 ? N(2) : 0))
SIMPLE(rename, rename(W[0], W[1]))
SIMPLE(renameat2, renameat2(AT_FDCWD, W[0], AT_FDCWD, W[1], N(2)))
SIMPLE(truncate, truncate(W[0], N(1)))
SIMPLE(ftruncate, ftruncate(N(0), N(1)))
SIMPLE(fallocate, fallocate(N(0), N(1), N(2), N(3)))
SIMPLE(chmod, chmod(W[0], N(1)))
SIMPLE(fchmod, fchmod(N(0), N(1)))
SIMPLE(chown, chown(W[0], N(1), N(2)))
SIMPLE(fchown, fchown(N(0), N(1), N(2)))
SIMPLE(access, access(W[0], N(1)))
SIMPLE(setxattr, setxattr(W[0], W[1], W[2], words->size[2], words->n > 3 ? N(3) : 0))
SIMPLE(removexattr, removexattr(W[0], W[1]))
SIMPLE(flags, fcntl(N(0), F_GETFL))
SIMPLE(setflags, fcntl(N(0), F_SETFL, N(1)))
SIMPLE(descriptor_flags, fcntl(N(0), F_GETFD))
SIMPLE(closeonexec, fcntl(N(0), F_SETFD, FD_CLOEXEC))
SIMPLE(addseals, fcntl(N(0), F_ADD_SEALS, N(1)))
SIMPLE(flock, flock(N(0), N(1)))
SIMPLE(kill, kill(N(0), N(1)))
SIMPLE(umask, umask(N(0)))
SIMPLE(sync, fsync(N(0)))
SIMPLE(unmap, munmap((void *)N(0), N(1)))
SIMPLE(copy, copy_file_range(N(0), NULL, N(1), NULL, N(2), 0))
SIMPLE(seek, lseek(N(0), N(1), words->n > 2 ? N(2) : SEEK_SET))

const struct command FILE_COMMANDS[] = {
    COMMAND(pid), COMMAND(memfd), COMMAND(eventfd), COMMAND(epoll), COMMAND(inotify),
    COMMAND(pidfd), COMMAND(open), COMMAND(close), COMMAND(dup), COMMAND(symlink), COMMAND(link),
    COMMAND(unlink), COMMAND(mkdir), COMMAND(rmdir), COMMAND(mknod), COMMAND(rename),
    COMMAND(renameat2), COMMAND(truncate), COMMAND(ftruncate), COMMAND(fallocate), COMMAND(chmod),
    COMMAND(fchmod), COMMAND(chown), COMMAND(fchown), COMMAND(access), COMMAND(setxattr),
    COMMAND(removexattr), COMMAND(flags), COMMAND(setflags), COMMAND(descriptor_flags), COMMAND(closeonexec),
    COMMAND(addseals), COMMAND(flock), COMMAND(kill), COMMAND(umask), COMMAND(sync), COMMAND(unmap), COMMAND(copy), COMMAND(seek),
    COMMAND(pipe), COMMAND(socketpair), COMMAND(timerfd), COMMAND(signalfd), COMMAND(read),
    COMMAND(write), COMMAND(add), COMMAND(count), COMMAND(stat), COMMAND(fstat), COMMAND(statfs),
    COMMAND(utimens), COMMAND(poll), COMMAND(open_and_wait), COMMAND(ready), COMMAND(map), COMMAND(peek), COMMAND(poke), COMMAND(getxattr),
    COMMAND(listxattr), COMMAND(readlink), COMMAND(user), COMMAND(opendir),
    COMMAND(names), COMMAND(rewinddir), COMMAND(closedir), {0},
};
