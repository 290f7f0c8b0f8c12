/* Operations on open files, which scripts number from 0 in the order they opened them. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_SHOWN = 64 };

int file_of(struct agent *agent, const char *number) {
  long i = number_of(number);
  return i >= 0 && i < agent->opened ? agent->files[i] : -1;
}

/* How many bytes, their sum, and the first ones readably. */
static void show_bytes(struct agent *agent, const unsigned char *bytes, ssize_t n) {
  if (n < 0) {
    answer(agent, -1);
    return;
  }
  unsigned sum = 0;
  for (ssize_t i = 0; i < n; i++) {
    sum = sum * 31 + bytes[i];
  }
  text_add(agent->result, "%zd bytes, sum %u: ", n, sum);
  for (ssize_t i = 0; i < n && i < MOST_SHOWN; i++) {
    text_add(agent->result, "%c", bytes[i] >= ' ' && bytes[i] < 127 ? bytes[i] : '.');
  }
  text_add(agent->result, "\n");
}

static void do_close(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, close(file_of(agent, argument[1])));
}

static void do_read(struct agent *agent, int count, char **argument) {
  size_t length = (size_t)number_of(argument[2]);
  unsigned char *bytes = malloc(length + 1);
  int fd = file_of(agent, argument[1]);
  ssize_t n = count > 3 ? pread(fd, bytes, length, number_of(argument[3])) : read(fd, bytes, length);
  show_bytes(agent, bytes, n);
  free(bytes);
}

static void do_write(struct agent *agent, int count, char **argument) {
  int fd = file_of(agent, argument[1]);
  size_t length = strlen(argument[2]);
  answer(agent, count > 3 ? pwrite(fd, argument[2], length, number_of(argument[3]))
                          : write(fd, argument[2], length));
}

/* "fill FILE BYTES OFFSET": many bytes that differ. */
static void do_fill(struct agent *agent, int count, char **argument) {
  (void)count;
  size_t length = (size_t)number_of(argument[2]);
  unsigned char *bytes = malloc(length + 1);
  for (size_t i = 0; i < length; i++) {
    bytes[i] = (unsigned char)(i * 7 + i / 251);
  }
  answer(agent, pwrite(file_of(agent, argument[1]), bytes, length, number_of(argument[3])));
  free(bytes);
}

static void do_lseek(struct agent *agent, int count, char **argument) {
  (void)count;
  struct stat s;
  int fd = file_of(agent, argument[1]);
  int whence = (int)number_of(argument[3]);
  if ((whence == SEEK_DATA || whence == SEEK_HOLE) && !fstat(fd, &s) && S_ISDIR(s.st_mode)) {
    /* The kernel itself answers for a directory of FUSE: ENXIO, where tmpfs says EINVAL. */
    text_add(agent->result, "no holes in a directory\n");
    return;
  }
  answer(agent, lseek(fd, number_of(argument[2]), whence));
}

static void do_ftruncate(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, ftruncate(file_of(agent, argument[1]), number_of(argument[2])));
}

static void do_fchmod(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, fchmod(file_of(agent, argument[1]), (mode_t)strtol(argument[2], NULL, 8)));
}

static void do_fchown(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, fchown(file_of(agent, argument[1]), (uid_t)atol(argument[2]),
                       (gid_t)atol(argument[3])));
}

static void do_fallocate(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, fallocate(file_of(agent, argument[1]), (int)number_of(argument[2]),
                          number_of(argument[3]), number_of(argument[4])));
}

static void do_posix_fallocate(struct agent *agent, int count, char **argument) {
  (void)count;
  errno = posix_fallocate(file_of(agent, argument[1]), number_of(argument[2]),
                          number_of(argument[3]));
  answer(agent, errno ? -1 : 0);
}

static void do_fsync(struct agent *agent, int count, char **argument) {
  (void)count;
  int fd = file_of(agent, argument[1]);
  answer(agent, fsync(fd));
  answer(agent, fdatasync(fd));
  answer(agent, syncfs(fd));
}

static void do_getfl(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, fcntl(file_of(agent, argument[1]), F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
}

static void do_setfl(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, fcntl(file_of(agent, argument[1]), F_SETFL, (int)number_of(argument[2])));
}

/* "copy FROM OFFSET TO OFFSET LENGTH" */
static void do_copy(struct agent *agent, int count, char **argument) {
  (void)count;
  off_t in = number_of(argument[2]);
  off_t out = number_of(argument[4]);
  answer(agent, copy_file_range(file_of(agent, argument[1]), &in, file_of(agent, argument[3]), &out,
                                (size_t)number_of(argument[5]), 0));
}

/* "sendfile FROM OFFSET TO LENGTH" */
static void do_sendfile(struct agent *agent, int count, char **argument) {
  (void)count;
  off_t in = number_of(argument[2]);
  answer(agent, sendfile(file_of(agent, argument[3]), file_of(agent, argument[1]), &in,
                         (size_t)number_of(argument[4])));
}

/* "splice FROM OFFSET TO OFFSET LENGTH", through a pipe. */
static void do_splice(struct agent *agent, int count, char **argument) {
  (void)count;
  int ends[2];
  if (pipe(ends)) {
    give_up("pipe: %s", strerror(errno));
  }
  loff_t in = number_of(argument[2]);
  loff_t out = number_of(argument[4]);
  ssize_t n = splice(file_of(agent, argument[1]), &in, ends[1], NULL,
                     (size_t)number_of(argument[5]), 0);
  if (n > 0) {
    n = splice(ends[0], NULL, file_of(agent, argument[3]), &out, (size_t)n, 0);
  }
  answer(agent, n);
  close(ends[0]);
  close(ends[1]);
}

static sigjmp_buf bus;

static void on_bus(int signal) {
  (void)signal;
  siglongjmp(bus, 1);
}

/* "map FILE rdonly|rdwr shared|private LENGTH OFFSET [TEXT]": reads or stores one text there. */
static void do_map(struct agent *agent, int count, char **argument) {
  bool writes = !strcmp(argument[2], "rdwr");
  size_t length = (size_t)number_of(argument[4]);
  off_t offset = number_of(argument[5]);
  unsigned char *memory =
      mmap(NULL, offset + length, PROT_READ | (writes ? PROT_WRITE : 0),
           !strcmp(argument[3], "shared") ? MAP_SHARED : MAP_PRIVATE, file_of(agent, argument[1]), 0);
  if (memory == MAP_FAILED) {
    answer(agent, -1);
    return;
  }
  signal(SIGBUS, on_bus);
  if (sigsetjmp(bus, 1)) {
    text_add(agent->result, "SIGBUS\n");
  } else if (writes && count > 6) {
    memcpy(memory + offset, argument[6], strlen(argument[6]));
    answer(agent, msync(memory, offset + length, MS_SYNC));
  } else {
    unsigned char *copy = malloc(length);
    memcpy(copy, memory + offset, length);
    show_bytes(agent, copy, (ssize_t)length);
    free(copy);
  }
  munmap(memory, offset + length);
}

static void do_flock(struct agent *agent, int count, char **argument) {
  (void)count;
  int kind = !strcmp(argument[2], "shared") ? LOCK_SH : !strcmp(argument[2], "none") ? LOCK_UN : LOCK_EX;
  answer(agent, flock(file_of(agent, argument[1]), kind | LOCK_NB));
}

/* "lock FILE shared|exclusive|none START LENGTH [ofd]" */
static struct flock lock_of(char **argument) {
  return (struct flock){
      .l_type = !strcmp(argument[2], "shared") ? F_RDLCK : !strcmp(argument[2], "none") ? F_UNLCK : F_WRLCK,
      .l_whence = SEEK_SET,
      .l_start = number_of(argument[3]),
      .l_len = number_of(argument[4]),
  };
}

static void do_lock(struct agent *agent, int count, char **argument) {
  struct flock lock = lock_of(argument);
  answer(agent, fcntl(file_of(agent, argument[1]), count > 5 ? F_OFD_SETLK : F_SETLK, &lock));
}

/* The same tried by another process. */
static void do_otherlock(struct agent *agent, int count, char **argument) {
  (void)count;
  pid_t pid = fork();
  if (pid == 0) {
    struct flock lock = lock_of(argument);
    _exit(fcntl(file_of(agent, argument[1]), F_SETLK, &lock) ? errno : 0);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  text_add(agent->result, "%#x\n", (unsigned)status);
}

const struct operation file_operations[] = {
    {"close", 1, do_close},
    {"read", 2, do_read},
    {"write", 2, do_write},
    {"fill", 3, do_fill},
    {"lseek", 3, do_lseek},
    {"ftruncate", 2, do_ftruncate},
    {"fchmod", 2, do_fchmod},
    {"fchown", 3, do_fchown},
    {"fallocate", 4, do_fallocate},
    {"posix_fallocate", 3, do_posix_fallocate},
    {"fsync", 1, do_fsync},
    {"getfl", 1, do_getfl},
    {"setfl", 2, do_setfl},
    {"copy", 5, do_copy},
    {"sendfile", 4, do_sendfile},
    {"splice", 5, do_splice},
    {"map", 5, do_map},
    {"flock", 2, do_flock},
    {"lock", 4, do_lock},
    {"otherlock", 4, do_otherlock},
    {NULL, 0, NULL},
};
