/* Threads, processes, and whole scenes that must not wait for the next line. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Puts a memfd that only this thread has in its table. */
static void *put_unshared(void *argument) {
  struct words *words = argument;
  if (unshare(CLONE_FILES) < 0) {
    failed();
    return NULL;
  }
  int fd = memfd_create("thread", 0);
  fd = dup2(fd, 900);
  if (write(fd, W[1], words->size[1]) < 0) failed();
  else result(symlink("/proc/thread-self/fd/900", W[0]));
  return NULL;
}

static void c_put_unshared(struct words *words) {
  pthread_t thread;
  pthread_create(&thread, NULL, put_unshared, words);
  pthread_join(thread, NULL);
}

static pid_t child(void) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
  }
  return pid;
}

/* A child that has every descriptor that we have, and does nothing. */
static void c_child(struct words *words) {
  (void)words;
  pid_t pid = child();
  if (pid == 0) for (;;) pause();
  result(pid);
}

/* The same, but it outlives us: whoever asked for it ends it; what goes wrong ends it, too. */
static void c_orphan(struct words *words) {
  (void)words;
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    alarm(120);
    for (;;) pause();
  }
  result(pid);
}

/* Becomes another program, in this case the same, that has the descriptors which exec leaves. */
static void c_exec(struct words *words) {
  (void)words;
  execl("/proc/self/exe", "driver", "ok 0", NULL);
  failed();
}

static void caught(int signal) { (void)signal; }

/* Children that open a path and read from it; exit status 0, or the errno. */
static void c_readers(struct words *words) {
  long count = N(1);
  bool handler = words->n > 2;
  char *out = answer + sprintf(answer, "ok");
  for (long i = 0; i < count; i++) {
    pid_t pid = child();
    if (pid == 0) {
      if (handler) sigaction(SIGINT, &(struct sigaction){.sa_handler = caught}, NULL);
      char byte[8];
      int fd = open(W[0], O_RDONLY);
      _exit(fd >= 0 && read(fd, byte, sizeof byte) >= 0 ? 0 : errno);
    }
    out += sprintf(out, " %d", pid);
  }
}

/* How a child ended: "exit N" or "signal N"; ETIMEDOUT when it has not. */
static void c_wait(struct words *words) {
  int pidfd = syscall(SYS_pidfd_open, N(0), 0);
  struct pollfd p = {.fd = pidfd, .events = POLLIN};
  int ended = pidfd < 0 ? 1 : poll(&p, 1, N(1));
  close(pidfd);
  int status = 0;
  if (ended == 0) errno = ETIMEDOUT;
  if (ended == 0 || waitpid(N(0), &status, 0) < 0) failed();
  else if (WIFSIGNALED(status)) ok("signal %d", WTERMSIG(status));
  else ok("exit %d", WEXITSTATUS(status));
}

/* ---- whole scenes that must not wait for the next line ---- */

/* Opens and closes at once, over and over; answers how often the open failed. */
static void c_reopen(struct words *words) {
  long failures = 0;
  for (long i = N(1); i > 0; i--) {
    int fd = open(W[0], O_RDWR);
    if (fd < 0) failures++;
    else close(fd);
  }
  ok("%ld", failures);
}

struct fight { atomic_int holders; atomic_long granted, busy, other, together; };

/* Processes that fight for a single-open entry: "granted busy other together". */
static void c_fight(struct words *words) {
  struct fight *shared =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  long processes = N(1), rounds = N(2);
  pid_t pids[64];
  for (long i = 0; i < processes; i++) {
    pids[i] = child();
    if (pids[i] != 0) continue;
    for (long round = 0; round < rounds; round++) {
      int fd = open(W[0], O_RDWR);
      if (fd < 0) {
        atomic_fetch_add(errno == EBUSY ? &shared->busy : &shared->other, 1);
        continue;
      }
      if (atomic_fetch_add(&shared->holders, 1) != 0) atomic_fetch_add(&shared->together, 1);
      atomic_fetch_add(&shared->granted, 1);
      if (round % 16 == 0) sched_yield();
      atomic_fetch_sub(&shared->holders, 1);
      close(fd);
    }
    _exit(0);
  }
  for (long i = 0; i < processes; i++) waitpid(pids[i], NULL, 0);
  ok("%ld %ld %ld %ld", shared->granted, shared->busy, shared->other, shared->together);
  munmap(shared, 4096);
}

/* Replaces a file by rename while another process looks at it: "looks missing failed". */
static void c_replace(struct words *words) {
  struct { atomic_bool done; atomic_long looks, missing, failed; } *shared =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid = child();
  if (pid == 0) {
    while (!shared->done) {
      struct stat s;
      int fd = open(W[1], O_RDONLY);
      if (fd < 0 || stat(W[1], &s) < 0) {
        if (errno == ENOENT) shared->missing++;
        else shared->failed++;
      }
      if (fd >= 0) close(fd);
      shared->looks++;
    }
    _exit(0);
  }
  int error = 0;
  for (long i = 0; i < N(2) && !error; i++) {
    int fd = open(W[0], O_CREAT | O_RDWR, 0600);
    if (fd < 0 || rename(W[0], W[1]) < 0) error = errno;
    close(fd);
  }
  shared->done = true;
  waitpid(pid, NULL, 0);
  errno = error;
  if (error) failed();
  else ok("%ld %ld %ld", shared->looks, shared->missing, shared->failed);
  munmap(shared, 4096);
}

/* Puts one descriptor under many names prefix0, prefix1, ... */
static void c_put_many(struct words *words) {
  char target[64], path[4096];
  snprintf(target, sizeof target, "/proc/self/fd/%ld", N(0));
  for (long i = 0; i < N(2); i++) {
    snprintf(path, sizeof path, "%s%ld", W[1], i);
    if (symlink(target, path) < 0) {
      failed();
      return;
    }
  }
  ok("%ld", N(2));
}

static void c_mkdir_many(struct words *words) {
  char path[4096];
  for (long i = 0; i < N(1); i++) {
    snprintf(path, sizeof path, "%s%ld", W[0], i);
    if (mkdir(path, 0700) < 0) {
      failed();
      return;
    }
  }
  ok("%ld", N(1));
}
const struct command PROCESS_COMMANDS[] = {
    COMMAND(put_unshared), COMMAND(child), COMMAND(orphan), COMMAND(exec), COMMAND(readers), COMMAND(wait),
    COMMAND(reopen), COMMAND(fight), COMMAND(replace), COMMAND(put_many), COMMAND(mkdir_many), {0},
};
