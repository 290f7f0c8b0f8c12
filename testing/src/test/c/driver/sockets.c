/* Messages with descriptors. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_FDS 256
#define PATIENCE_MILLIS 30000

static int connected(const char *path, int type) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

/* Descriptors from words: a number, or "N*COUNT" for copies of one in a message. */
static size_t descriptors(struct words *words, int first, int *fds) {
  size_t count = 0;
  for (int i = first; i < words->n; i++) {
    char *rest;
    int fd = strtol(W[i], &rest, 10);
    for (long copies = *rest == '*' ? atol(rest + 1) : 1; copies > 0 && count < MOST_FDS; copies--)
      fds[count++] = fd;
  }
  return count;
}

union control { struct cmsghdr header; char room[CMSG_SPACE(sizeof(int[MOST_FDS]))]; };

static ssize_t send_message(int socket, char *text, size_t size, int *fds, size_t count, int flags) {
  static union control control;
  struct iovec data = {text, size};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(count * sizeof *fds);
    control.header = (struct cmsghdr){CMSG_LEN(count * sizeof *fds), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), fds, count * sizeof *fds);
  }
  return sendmsg(socket, &message, flags | MSG_NOSIGNAL);
}

/* Sends a text, and descriptors when any are named. */
static void c_sendmsg(struct words *words) {
  int fds[MOST_FDS];
  size_t count = descriptors(words, 2, fds);
  result(send_message(N(0), W[1], words->size[1], fds, count, 0));
}

/* The same, but EAGAIN when there is no room for it. */
static void c_sendnow(struct words *words) {
  int fds[MOST_FDS];
  size_t count = descriptors(words, 2, fds);
  result(send_message(N(0), W[1], words->size[1], fds, count, MSG_DONTWAIT));
}

/*
 * Sends a text with descriptors again and again, until there has been no room for it for half a
 * second or it was sent so often; answers how often it was.
 */
static void c_fill(struct words *words) {
  int fds[MOST_FDS];
  size_t count = descriptors(words, 3, fds);
  long sent = 0;
  int refused = 0;
  while (sent < N(2) && refused < 500) {
    if (send_message(N(0), W[1], words->size[1], fds, count, MSG_DONTWAIT) >= 0) {
      sent++;
      refused = 0;
    } else if (errno == EAGAIN || errno == ETOOMANYREFS) {
      // The latter are descriptors on their way, of which no poll tells when they arrive.
      struct pollfd room = {.fd = N(0), .events = errno == EAGAIN ? POLLOUT : 0};
      refused += poll(&room, 1, 1) == 0;
    } else {
      failed();
      return;
    }
  }
  ok("%ld", sent);
}

/* The next message: its text, a byte a character, and the descriptors; "error END" at the end. */
static void c_recvmsg(struct words *words) {
  static char text[MAX_DATA];
  static union control control;
  struct iovec data = {text, sizeof text};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  struct pollfd ready = {.fd = N(0), .events = POLLIN};
  if (poll(&ready, 1, words->n > 1 ? N(1) : PATIENCE_MILLIS) == 0) {
    errno = ETIMEDOUT;
    failed();
    return;
  }
  ssize_t got = recvmsg(N(0), &message, 0);
  if (got < 0 || message.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) {
    if (got >= 0) errno = EMSGSIZE;
    failed();
    return;
  }
  if (got == 0) {
    strcpy(answer, "error END");
    return;
  }
  char *out = encode(answer + sprintf(answer, "ok "), text, got);
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++)
      out += sprintf(out, " %d", ((int *)CMSG_DATA(c))[i]);
  }
}

/*
 * Puts a descriptor at a path and moves it out by a message, over and over; answers how often who
 * had the answer still found anything at the path.
 */
static void c_move_and_look(struct words *words) {
  static char answered[MAX_DATA];
  char target[64];
  long seen = 0;
  snprintf(target, sizeof target, "/proc/self/fd/%ld", N(3));
  for (long i = N(4); i > 0; i--) {
    struct stat s;
    if (symlink(target, W[0]) < 0 || stat(W[0], &s) < 0
        || send_message(N(1), W[2], words->size[2], NULL, 0, 0) < 0
        || recv(N(1), answered, sizeof answered, 0) < 0) {
      failed();
      return;
    }
    if (stat(W[0], &s) == 0 || errno != ENOENT) {
      seen++;
      while (stat(W[0], &s) == 0 || errno != ENOENT) sched_yield();
    }
  }
  ok("%ld", seen);
}

struct fight { atomic_int holders; atomic_long granted, busy, other, together; };

/* The descriptor behind a handle that is sent over a connection; less than 0 when refused. */
static int taken(int connection, int handle) {
  static char text[4096];
  static union control control;
  struct iovec data = {text, sizeof text};
  struct msghdr message = {
      .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  if (send_message(connection, "FDTAKE=1", 8, &handle, 1, 0) < 0
      || recvmsg(connection, &message, MSG_CMSG_CLOEXEC) < 0 || !CMSG_FIRSTHDR(&message))
    return -1;
  return *(int *)CMSG_DATA(CMSG_FIRSTHDR(&message));
}

static void fight(struct fight *shared, const char *path, int connection, long rounds) {
  while (rounds-- > 0) {
    int handle = open(path, O_RDWR);
    if (handle < 0) {
      atomic_fetch_add(errno == EBUSY ? &shared->busy : &shared->other, 1);
      continue;
    }
    int fd = taken(connection, handle);
    close(handle);
    if (fd < 0) {
      atomic_fetch_add(&shared->other, 1);
      continue;
    }
    if (atomic_fetch_add(&shared->holders, 1) != 0) atomic_fetch_add(&shared->together, 1);
    atomic_fetch_add(&shared->granted, 1);
    sched_yield();
    atomic_fetch_sub(&shared->holders, 1);
    close(fd);
  }
}

/*
 * Processes that fight for a single-open entry, and hold nothing but the descriptor that they took:
 * "granted busy other together".
 */
static void c_fight_taking(struct words *words) {
  struct fight *shared =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pids[64];
  fflush(NULL);
  for (long i = 0; i < N(2); i++) {
    pids[i] = fork();
    if (pids[i] == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      fight(shared, W[0], connected(W[1], SOCK_SEQPACKET), N(3));
      _exit(0);
    }
  }
  for (long i = 0; i < N(2); i++) waitpid(pids[i], NULL, 0);
  ok("%ld %ld %ld %ld", shared->granted, shared->busy, shared->other, shared->together);
  munmap(shared, 4096);
}

/* Gives up one capability; the uid stays. */
static void c_dropcap(struct words *words) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) {
    failed();
    return;
  }
  data[N(0) / 32].effective &= ~(1u << N(0) % 32);
  result(syscall(SYS_capset, &header, data));
}

/* A connected socket: to the path, of the type. */
SIMPLE(connect, connected(W[0], N(1)))
SIMPLE(shutdown, shutdown(N(0), N(1)))
SIMPLE(close_range, syscall(SYS_close_range, N(0), N(1), 0))

/* 0 when a descriptor of ours is of the same open file as one of another process. */
SIMPLE(kcmp, syscall(SYS_kcmp, getpid(), N(1), KCMP_FILE, N(0), N(2)))

/* A duplicate of a descriptor of another process. */
static void c_getfd(struct words *words) {
  int pidfd = syscall(SYS_pidfd_open, N(0), 0);
  result(pidfd < 0 ? -1 : syscall(SYS_pidfd_getfd, pidfd, N(1), 0));
  close(pidfd);
}

/* The number that an ioctl fills in. */
static void c_ioctl(struct words *words) {
  long filled = 0;
  if (ioctl(N(0), (unsigned long)N(1), &filled) < 0) failed();
  else ok("%ld", filled);
}

const struct command SOCKET_COMMANDS[] = {
    COMMAND(connect), COMMAND(sendmsg), COMMAND(sendnow), COMMAND(fill), COMMAND(recvmsg),
    COMMAND(move_and_look), COMMAND(fight_taking), COMMAND(dropcap), COMMAND(shutdown),
    COMMAND(close_range), COMMAND(kcmp), COMMAND(getfd), COMMAND(ioctl), {0},
};
