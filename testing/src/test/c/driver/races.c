/* Many who want the same at once, by the character device and by the mount. */
#include "driver.h"

#include "../../../../../chardev/src/main/share/include/fdbox.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#define MOST_ERRNOS 134
#define MOST_PUTS (1 << 16)

/* What all have done; memory is put with a number in it, so that what is got twice is seen. */
struct fight {
  atomic_long next, put, got, removed, again;
  atomic_long failed[26][MOST_ERRNOS];
  atomic_char owned[MOST_PUTS];
};

struct fighter {
  struct fight *shared;
  const char *nodes, *box, *box_name, *name;
  char path[4096], elsewhere[4096];
  char way;
  int node;
  unsigned seed;
};

static bool succeeded(struct fighter *f, int done) {
  if (done < 0) atomic_fetch_add(&f->shared->failed[f->way - 'a'][errno], 1);
  return done >= 0;
}

/* The node of the box as it is now: who makes and deletes boxes gives others another. */
static bool reach(struct fighter *f) {
  if (f->node >= 0) return true;
  f->node = fdbox_open(f->nodes, f->box_name);
  return f->node >= 0 || !succeeded(f, -1);
}

static void leave(struct fighter *f) {
  int error = errno;
  if (error == ENOTCONN || error == ENODEV) {
    close(f->node);
    f->node = -1;
  }
  errno = error;
}

static int number_in_memory(struct fighter *f) {
  uint32_t number = atomic_fetch_add(&f->shared->next, 1) % MOST_PUTS;
  int fd = memfd_create("fight", MFD_CLOEXEC);
  if (write(fd, &number, sizeof number) != sizeof number) _exit(9);
  return fd;
}

static void put(struct fighter *f, bool by_node) {
  int fd = number_in_memory(f), done;
  if (by_node) {
    done = fdbox_put(f->node, fd, f->name);
  } else {
    char target[64];
    snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
    done = symlink(target, f->path);
    if (done == 0) close(fd);
  }
  if (succeeded(f, done)) {
    atomic_fetch_add(&f->shared->put, 1);
  } else {
    leave(f);
    close(fd);
  }
}

static int get(struct fighter *f) {
  uint32_t number;
  int fd = fdbox_get(f->node, f->name);
  if (!succeeded(f, fd)) {
    leave(f);
    return -1;
  }
  atomic_fetch_add(&f->shared->got, 1);
  if (pread(fd, &number, sizeof number, 0) == sizeof number
      && atomic_fetch_add(&f->shared->owned[number % MOST_PUTS], 1) > 0)
    atomic_fetch_add(&f->shared->again, 1);
  return fd;
}

/* Gets and puts the same back. */
static void borrow(struct fighter *f) {
  uint32_t number;
  int fd = get(f);
  if (fd < 0) return;
  if (pread(fd, &number, sizeof number, 0) == sizeof number)
    atomic_store(&f->shared->owned[number % MOST_PUTS], 0);
  if (succeeded(f, fdbox_put(f->node, fd, f->name))) atomic_fetch_add(&f->shared->put, 1);
  else close(fd);
}

/* A child that borrows as long as it lives, which is not long. */
static void die_borrowing(struct fighter *f) {
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
      int fd = fdbox_get(f->node, f->name);
      if (fd < 0) fd = memfd_create("fight", MFD_CLOEXEC);
      fdbox_put(f->node, fd, f->name);
      close(fd);
    }
  }
  usleep(rand_r(&f->seed) % 3000);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  succeeded(f, 0);
}

static void there_and_back(struct fighter *f, int there, int (*back)(struct fighter *)) {
  if (succeeded(f, there)) succeeded(f, back(f));
  leave(f);
}

static int unseal_by_node(struct fighter *f) { return fdbox_unseal(f->node); }
static int set_state(struct fighter *f, const char *state) {
  return setxattr(f->box, "user.fdbox.state", state, strlen(state), 0);
}
static int unseal_by_name(struct fighter *f) { return set_state(f, "live"); }
static int delete_box(struct fighter *f) { return fdbox_delete(f->node, f->box_name); }
static int remove_box(struct fighter *f) { return rmdir(f->box); }
static int rename_back(struct fighter *f) { return rename(f->elsewhere, f->box); }

/* Each letter is a way of doing something; capitals do it by the mount, the others by the device. */
static void turn(struct fighter *f, char letter) {
  bool of_box = strchr("pgbkx", letter);
  if (of_box && !reach(f)) return;
  switch (letter) {
    case 'p': put(f, true); break;
    case 'P': put(f, false); break;
    case 'g': close(get(f)); break;
    case 'G': if (succeeded(f, unlink(f->path))) atomic_fetch_add(&f->shared->removed, 1); break;
    case 'b': borrow(f); break;
    case 'k': die_borrowing(f); break;
    case 'x': there_and_back(f, fdbox_seal(f->node), unseal_by_node); break;
    case 'X': there_and_back(f, set_state(f, "sealed"), unseal_by_name); break;
    case 'c': there_and_back(f, fdbox_create(f->node, f->box_name), delete_box); break;
    case 'C': there_and_back(f, mkdir(f->box, 0700), remove_box); break;
    case 'R': there_and_back(f, rename(f->box, f->elsewhere), rename_back); break;
    default: _exit(9);
  }
}

static pid_t start(struct fighter f, char letter, long turns) {
  pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  f.way = letter | 0x20;
  f.node = letter == 'c' ? fdbox_open(f.nodes, FDBOX_CONTROL) : -1;
  while (turns-- > 0) turn(&f, letter);
  _exit(0);
}

/*
 * One process for each letter: NODES BOX NAME LETTERS TURNS SEED. Answers: how many descriptors were
 * put, got by the device, and removed by the mount; how often one was got that somebody had got
 * already; how many of the processes ended well; then, as a word such as "g:ENOENT", what failed.
 */
static void c_fdbox_fight(struct words *words) {
  struct fight *shared =
      mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct fighter fighter = {.shared = shared, .nodes = W[0], .box = W[1], .name = W[2]};
  const char *letters = W[3];
  pid_t pids[64];
  int status, well = 0;
  fighter.box_name = strrchr(W[1], '/') + 1;
  snprintf(fighter.path, sizeof fighter.path, "%s/%s", W[1], W[2]);
  snprintf(fighter.elsewhere, sizeof fighter.elsewhere, "%s-elsewhere", W[1]);
  fflush(NULL);
  for (size_t i = 0; i < strlen(letters); i++) {
    fighter.seed = N(5) + i;
    pids[i] = start(fighter, letters[i], N(4));
  }
  for (size_t i = 0; i < strlen(letters); i++)
    well += waitpid(pids[i], &status, 0) == pids[i] && status == 0;
  char *out = answer + sprintf(answer, "ok %ld %ld %ld %ld %d", shared->put, shared->got,
                               shared->removed, shared->again, well);
  for (int way = 0; way < 26; way++)
    for (int error = 0; error < MOST_ERRNOS; error++)
      if (shared->failed[way][error])
        out += sprintf(out, " %c:%s", 'a' + way, strerrorname_np(error));
  munmap(shared, sizeof *shared);
}

/*
 * Puts and gets by the node of the box X, TIMES times, while X and Y change names by way of Z;
 * answers how often what was put was in the box Y instead, and how often anything failed.
 */
static void c_fdbox_swap(struct words *words) {
  const char *x = W[1], *y = W[2], *z = W[3];
  long wrong = 0, failures = 0;
  int node = N(0), other = open(y, O_PATH | O_CLOEXEC);
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (rename(x, z) == 0 && rename(y, x) == 0 && rename(z, y) == 0);
    _exit(9);
  }
  for (long i = 0; i < N(4); i++) {
    struct stat s;
    int fd = memfd_create("swap", MFD_CLOEXEC);
    if (fdbox_put(node, fd, "ram") < 0) {
      failures++;
      close(fd);
    }
    wrong += fstatat(other, "ram", &s, 0) == 0;
    fd = fdbox_get(node, "ram");
    if (fd < 0) failures++;
    else close(fd);
  }
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  close(other);
  ok("%ld %ld", wrong, failures);
}

static atomic_int closing = -1;
static atomic_bool ended;

static void *close_what_is_put(void *unused) {
  (void)unused;
  unsigned seed = 1;
  while (!ended) {
    int fd = atomic_exchange(&closing, -1);
    if (fd < 0) continue;
    for (volatile int spins = rand_r(&seed) % 200000; spins > 0; spins--);
    close(fd);
  }
  return NULL;
}

/* Puts the node at a path into the box of a node, which is refused, and closes it meanwhile. */
static void c_fdbox_put_closing(struct words *words) {
  pthread_t thread;
  pthread_create(&thread, NULL, close_what_is_put, NULL);
  for (long i = 0; i < N(2); i++) {
    struct fdbox_put_fd put = {.fd = open(W[1], O_RDWR | O_CLOEXEC), .name = "node"};
    closing = put.fd;
    fdbox_ioctl(N(0), FDBOX_PUT_FD, &put);
    while (closing >= 0);
  }
  ended = true;
  pthread_join(thread, NULL);
  ok("0");
}

const struct command RACE_COMMANDS[] = {COMMAND(fdbox_fight), COMMAND(fdbox_swap), COMMAND(fdbox_put_closing), {0}};
