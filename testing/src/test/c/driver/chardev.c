/* The character device: its client, and what no client of ours would do. */
#include "driver.h"

#include "../../../../../chardev/src/main/share/include/fdbox.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* To the byte as the RFC has them. */
#define LAID_OUT(type, bytes, name_at) \
  _Static_assert(sizeof(struct type) == bytes && offsetof(struct type, name) == name_at, #type)
LAID_OUT(fdbox_create_box, 264, 8);
LAID_OUT(fdbox_delete_box, 264, 8);
LAID_OUT(fdbox_put_fd, 272, 16);
LAID_OUT(fdbox_get_fd, 272, 12);
_Static_assert(FDBOX_CREATE_BOX == 0x2e00 && FDBOX_DELETE_BOX == 0x2e01 && FDBOX_PUT_FD == 0x2e02
               && FDBOX_GET_FD == 0x2e03 && FDBOX_SEAL == 0x2e04 && FDBOX_UNSEAL == 0x2e05, "RFC");
_Static_assert(FDBOX_MOUNT_CREATE_BOX == _IOW('.', 0, struct fdbox_create_box)
               && FDBOX_MOUNT_DELETE_BOX == _IOW('.', 1, struct fdbox_delete_box)
               && FDBOX_MOUNT_PUT_FD == _IOW('.', 2, struct fdbox_put_fd)
               && FDBOX_MOUNT_GET_FD == _IOW('.', 3, struct fdbox_get_fd), "twins");

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
static int ask(int box, const char *name) {
  struct fdbox_get_fd get = {0};
  int pair[2];
  socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
  get.pad = pair[1];
  strcpy((char *)get.name, name);
  int asked = fdbox_ioctl(box, FDBOX_GET_FD, &get), error = errno;
  close(pair[1]);
  if (asked < 0) close(pair[0]);
  errno = error;
  return asked < 0 ? -1 : pair[0];
}

SIMPLE(fdbox_ask, ask(N(0), W[1]))

SIMPLE(fdbox_receive, fdbox_receive(N(0)))

SIMPLE(fdbox_confirm, fdbox_confirm(N(0)))

/* The first step for many entries prefix0, prefix1, ...; how many of them it could be done for. */
static void c_fdbox_ask_many(struct words *words) {
  char name[256];
  long asked = 0;
  for (; asked < N(2); asked++) {
    snprintf(name, sizeof name, "%s%ld", W[1], asked);
    if (ask(N(0), name) < 0) break;
  }
  ok("%ld %s", asked, asked < N(2) ? strerrorname_np(errno) : "none");
}

/* No more descriptors than are open up to a number. */
static void c_limit(struct words *words) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = N(0);
  result(setrlimit(RLIMIT_NOFILE, &limit));
}

static void handle(int signal) { (void)signal; }

/* A signal interrupts from now on what it comes upon. */
static void c_handle_signal(struct words *words) {
  result(sigaction(N(0), &(struct sigaction){.sa_handler = handle}, NULL));
}

/* A socket whose last close(2) waits for ten minutes, for its peer, also ours, does not read. */
static void c_lingering(struct words *words) {
  (void)words;
  static char bytes[65536];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  struct linger linger = {1, 600};
  int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1) < 0
      || getsockname(listener, (struct sockaddr *)&address, &size) < 0
      || connect(fd, (struct sockaddr *)&address, size) < 0 || accept(listener, NULL, NULL) < 0
      || setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) < 0) {
    failed();
    return;
  }
  while (send(fd, bytes, sizeof bytes, MSG_DONTWAIT) > 0);
  result(fd);
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
    COMMAND(fdbox_confirm), COMMAND(fdbox_ask_many), COMMAND(fdbox_create_many),
    COMMAND(fdbox_delete_many), COMMAND(limit), COMMAND(handle_signal), COMMAND(lingering), {0},
};
