/* The character device: its client, and what no client of ours would do. */
#include "driver.h"

#include "../../../../../chardev/src/main/share/include/fdbox.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

SIMPLE(fdbox_open, fdbox_open(W[0], W[1]))
SIMPLE(fdbox_create, fdbox_create(N(0), W[1]))
SIMPLE(fdbox_delete, fdbox_delete(N(0), W[1]))
SIMPLE(fdbox_put, fdbox_put(N(0), N(1), W[2]))
SIMPLE(fdbox_get, fdbox_get(N(0), W[1]))
SIMPLE(fdbox_seal, fdbox_seal(N(0)))
SIMPLE(fdbox_unseal, fdbox_unseal(N(0)))

/* The same number as the client would use, with a struct that it would not: flags, a number, a name
 * of so many bytes, the rest 0; of GET_FD the number is pad. */
static void c_fdbox_raw(struct words *words) {
  union {
    struct fdbox_create_box box;
    struct fdbox_put_fd put;
    struct fdbox_get_fd get;
  } argument = {0};
  unsigned long request = N(1);
  bool put = request == FDBOX_PUT_FD, get = request == FDBOX_GET_FD;
  argument.box.flags = N(2);
  if (put) argument.put.fd = N(3);
  if (get) argument.get.pad = N(3);
  memcpy(put ? argument.put.name : get ? argument.get.name : argument.box.name, W[4],
         words->size[4] < FDBOX_NAME_LEN ? words->size[4] : FDBOX_NAME_LEN);
  result(fdbox_ioctl(N(0), request, &argument));
}

/* With any number and an argument that is an address. */
SIMPLE(fdbox_address, fdbox_ioctl(N(0), N(1), (void *)N(2)))

/* With any number and bytes behind which there is nothing more. */
static void c_fdbox_bytes(struct words *words) {
  size_t page = sysconf(_SC_PAGESIZE), size = words->size[2];
  char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(pages + page, page, PROT_NONE);
  memcpy(pages + page - size, W[2], size);
  int done = ioctl(N(0), (unsigned long)strtoul(W[1], NULL, 0), pages + page - size);
  int error = errno;
  munmap(pages, 2 * page);
  errno = error;
  result(done);
}

/* The steps of fdbox_get one by one: the ioctl, answers the socket; then the descriptor; then what
 * came of it. */
static void c_fdbox_ask(struct words *words) {
  struct fdbox_get_fd get = {0};
  int pair[2];
  socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
  get.pad = pair[1];
  strcpy((char *)get.name, W[1]);
  int asked = fdbox_ioctl(N(0), FDBOX_GET_FD, &get), error = errno;
  close(pair[1]);
  if (asked < 0) close(pair[0]);
  errno = error;
  result(asked < 0 ? -1 : pair[0]);
}

SIMPLE(fdbox_receive, fdbox_receive(N(0)))

static void c_fdbox_confirm(struct words *words) {
  int status = 0;
  if (send(N(0), &status, sizeof status, MSG_NOSIGNAL) < 0) {
    failed();
  } else if (recv(N(0), &status, sizeof status, 0) != sizeof status) {
    ok("-1");
  } else {
    errno = status;
    result(status ? -1 : 0);
  }
}

/* No more descriptors than are open up to a number. */
static void c_limit(struct words *words) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = N(0);
  result(setrlimit(RLIMIT_NOFILE, &limit));
}

/*
 * Two processes do the same so many times, both at once: make a box and delete it, or get an entry
 * and put it. Answers how often they did, and how often each failed with another errno than that
 * with which one of two has to fail.
 */
static void c_fdbox_race(struct words *words) {
  const char *directory = W[0], *name = W[1], *box_name = W[2];
  long times = N(3);
  int counts[2];
  if (pipe(counts) < 0) {
    failed();
    return;
  }
  for (int i = 0; i < 2; i++) {
    if (fork() == 0) {
      long sums[3] = {0, 0, 0};
      int node = fdbox_open(directory, *box_name ? box_name : FDBOX_CONTROL);
      for (long turn = 0; turn < times; turn++) {
        int fd = -1;
        if (*box_name ? (fd = fdbox_get(node, name)) >= 0 : fdbox_create(node, name) == 0) {
          sums[0]++;
          if (*box_name ? fdbox_put(node, fd, name) : fdbox_delete(node, name)) sums[1]++;
        } else if (errno == (*box_name ? ENOENT : EEXIST)) {
          sums[2]++;
        } else {
          fprintf(stderr, "driver: racing for %s: %m\n", name);
          sums[1]++;
        }
      }
      if (write(counts[1], sums, sizeof sums) != sizeof sums) _exit(1);
      _exit(0);
    }
  }
  long total[3] = {0, 0, 0}, sums[3];
  for (int i = 0; i < 2; i++) {
    if (read(counts[0], sums, sizeof sums) != sizeof sums) sums[1] = times;
    for (int j = 0; j < 3; j++) total[j] += sums[j];
    wait(NULL);
  }
  close(counts[0]);
  close(counts[1]);
  ok("%ld %ld %ld", total[0], total[1], total[2]);
}

/* Makes, or deletes, boxes prefix0, prefix1, ... */
static void many(struct words *words, int (*each)(int, const char *)) {
  char name[256];
  for (long i = 0; i < N(2); i++) {
    snprintf(name, sizeof name, "%s%ld", W[1], i);
    if (each(N(0), name) < 0) {
      failed();
      return;
    }
  }
  ok("%ld", N(2));
}
static void c_fdbox_create_many(struct words *words) { many(words, fdbox_create); }
static void c_fdbox_delete_many(struct words *words) { many(words, fdbox_delete); }

const struct command CHARDEV_COMMANDS[] = {
    COMMAND(fdbox_open), COMMAND(fdbox_create), COMMAND(fdbox_delete), COMMAND(fdbox_put),
    COMMAND(fdbox_get), COMMAND(fdbox_seal), COMMAND(fdbox_unseal), COMMAND(fdbox_raw),
    COMMAND(fdbox_address), COMMAND(fdbox_bytes), COMMAND(fdbox_ask), COMMAND(fdbox_receive),
    COMMAND(fdbox_confirm), COMMAND(limit), COMMAND(fdbox_race), COMMAND(fdbox_create_many),
    COMMAND(fdbox_delete_many), {0},
};
