/*
 * Several processes do random things to the same names of a box at once. Nothing is said about what
 * each returns; after it the mount must be alive, empty as before, and its daemon must have no more
 * descriptors than before.
 */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 60, SETTLE_TENTHS = 50, OPEN_FILES = 8 };

struct worker {
  struct chance chance;
  int files[OPEN_FILES];
};

static void name(struct worker *worker, char *into) {
  uint32_t parts = 1 + chance_below(&worker->chance, 3);
  *into = 0;
  for (uint32_t i = 0; i < parts; i++) {
    char part[8];
    snprintf(part, sizeof part, "%s%c", i ? "/" : "", 'a' + (char)chance_below(&worker->chance, 5));
    strcat(into, part);
  }
}

static void look_through(const char *path) {
  DIR *directory = opendir(path);
  struct stat s;
  for (struct dirent *d; directory && (d = readdir(directory));) {
    if (fstatat(dirfd(directory), d->d_name, &s, AT_SYMLINK_NOFOLLOW)) {
      continue; /* removed meanwhile by another process */
    }
  }
  if (directory) {
    closedir(directory);
  }
}

static void map(int fd) {
  unsigned char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED) {
    munmap(memory, 4096);
  }
}

/* An operation may fail for what the others do; none may hang or harm the mount. */
static long one(struct worker *worker) {
  char path[32];
  char other[32];
  char bytes[5000] = "stress";
  name(worker, path);
  name(worker, other);
  int *slot = &worker->files[chance_below(&worker->chance, OPEN_FILES)];
  off_t at = chance_below(&worker->chance, 100000);
  switch (chance_below(&worker->chance, 20)) {
  case 0:
  case 1:
  case 2:
  case 3:
    if (*slot >= 0) {
      close(*slot);
    }
    *slot = open(path, O_RDWR | O_CREAT | (chance_below(&worker->chance, 4) ? 0 : O_TRUNC), 0644);
    return *slot;
  case 4:
  case 5:
    return pwrite(*slot, bytes, sizeof bytes, at);
  case 6:
    return pread(*slot, bytes, sizeof bytes, at);
  case 7:
    return ftruncate(*slot, at);
  case 8:
    return fallocate(*slot, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, 5000);
  case 9:
    map(*slot);
    return 0;
  case 10:
  case 11:
    return mkdir(path, 0755);
  case 12:
    return rmdir(path);
  case 13:
    return unlink(path);
  case 14:
  case 15:
    return rename(path, other);
  case 16:
    return chmod(path, 0700) + chown(other, 65534, 65534);
  case 17:
    return truncate(path, at);
  case 18:
    return setxattr(path, "user.stress", bytes, 6, 0) + utimensat(AT_FDCWD, other, NULL, 0);
  default:
    look_through(path);
    return 0;
  }
}

static void work(const char *directory, uint64_t seed, long operations) {
  struct worker worker = {.chance = {seed}};
  alarm(PATIENCE_SECONDS);
  if (chdir(directory)) {
    _exit(2);
  }
  for (int i = 0; i < OPEN_FILES; i++) {
    worker.files[i] = -1;
  }
  bool alive = true;
  for (long i = 0; alive && i < operations; i++) {
    errno = 0;
    if (one(&worker) < 0) {
      /* These no operation of the above may end with, whatever the others do. */
      alive = errno != ENOTCONN && errno != EIO && errno != ENOSYS;
    }
  }
  if (!alive) {
    printf("stress: an operation ended with %s\n", strerror(errno));
    fflush(stdout);
  }
  _exit(alive ? 0 : 1);
}

static int descriptors_of(int daemon) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd", daemon);
  DIR *directory = opendir(path);
  int count = 0;
  while (directory && readdir(directory)) {
    count++;
  }
  if (directory) {
    closedir(directory);
  }
  return count;
}

static bool mount_is_alive(const char *box) {
  char *path;
  if (asprintf(&path, "%s/alive", box) < 0) {
    abort();
  }
  int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
  char byte = 0;
  bool alive = fd >= 0 && pwrite(fd, "x", 1, 0) == 1 && pread(fd, &byte, 1, 0) == 1 && byte == 'x';
  close(fd);
  alive = unlink(path) == 0 && alive;
  free(path);
  return alive;
}

static int check(bool right, const char *what, int *passed) {
  if (!right) {
    printf("stress: %s\n", what);
  }
  *passed += right;
  return !right;
}

int stress_mode(const char *box, uint64_t seed, long operations, int processes, int daemon,
                int *passed) {
  char *directory;
  remove_below(box, "stress");
  if (asprintf(&directory, "%s/stress", box) < 0 || mkdir(directory, 0755)) {
    give_up("%s/stress: %s", box, strerror(errno));
  }
  int before = daemon ? descriptors_of(daemon) : 0;
  fflush(NULL);
  for (int i = 0; i < processes; i++) {
    if (fork() == 0) {
      work(directory, seed + (uint64_t)i * 7919, operations);
    }
  }
  int failed = 0;
  for (int i = 0; i < processes; i++) {
    int status = 1;
    wait(&status);
    failed += check(status == 0, "a process failed or did not end", passed);
  }
  failed += check(mount_is_alive(box), "the mount does not serve", passed);
  remove_below(box, "stress");
  if (daemon) {
    /* The kernel tells of closed files some time after close. */
    int after = descriptors_of(daemon);
    for (int i = 0; after > before && i < SETTLE_TENTHS; i++) {
      usleep(100000);
      after = descriptors_of(daemon);
    }
    failed += check(before > 0 && after <= before, "the daemon keeps descriptors", passed);
  }
  free(directory);
  return failed;
}
