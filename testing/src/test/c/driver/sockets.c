/* Messages with descriptors. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/kcmp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST_FDS 256
#define PATIENCE_MILLIS 30000

/* A connected socket: to the path, of the type. */
static void c_connect(struct words *words) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, N(1) | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", W[0]);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
    ok("%d", fd);
    return;
  }
  failed();
  close(fd);
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
  struct pollfd room = {.fd = N(0), .events = POLLOUT};
  while (sent < N(2)) {
    if (send_message(N(0), W[1], words->size[1], fds, count, MSG_DONTWAIT) >= 0) {
      sent++;
    } else if (errno != EAGAIN) {
      failed();
      return;
    } else if (poll(&room, 1, 500) == 0) {
      break;
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

SIMPLE(shutdown, shutdown(N(0), N(1)))
SIMPLE(close_range, syscall(SYS_close_range, N(0), N(1), 0))

/* 0 when a descriptor of ours is of the same open file as one of another process. */
SIMPLE(kcmp, syscall(SYS_kcmp, getpid(), N(1), KCMP_FILE, N(0), N(2)))

/* The number that an ioctl fills in. */
static void c_ioctl(struct words *words) {
  long filled = 0;
  if (ioctl(N(0), (unsigned long)N(1), &filled) < 0) failed();
  else ok("%ld", filled);
}

const struct command SOCKET_COMMANDS[] = {
    COMMAND(connect), COMMAND(sendmsg), COMMAND(sendnow), COMMAND(fill), COMMAND(recvmsg),
    COMMAND(move_and_look), COMMAND(dropcap), COMMAND(shutdown), COMMAND(close_range),
    COMMAND(kcmp), COMMAND(ioctl), {0},
};
