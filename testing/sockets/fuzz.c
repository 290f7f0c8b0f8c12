/*
 * Mutated messages to both sockets of a mount: fuzz MOUNTPOINT SEED COUNT. Every message to the
 * exchange has to be answered, or its connection closed. Works in the box fuzz, which it empties in
 * the end; whoever starts it counts the daemon's descriptors.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST = 70000, MOST_FDS = 253, KINDS = 9, PATIENCE_MILLIS = 20000 };

static const char *const VALID[] = {
    "FDSTORE=1\nFDNAME=fuzz/a\n",
    "FDSTORE=1\nFDNAME=fuzz/a\nFDNAME=fuzz/b\nFDPOLL=1\n",
    "FDSTORE=1\nFDNAME=fuzz/dir/c\nFDPOLL=0\n",
    "FDSTOREREMOVE=1\nFDNAME=fuzz/a\n",
    "FDTAKE=1\n",
    "FDTAKE=1\nFDNAME=fuzz/base\n",
    "FDTAKE=1\nFDNAME=fuzz/a\nFDNAME=fuzz/b\n",
    "FDTAKE=1\nFDNAME=fuzz/base\nFDACCESS=read\n",
    "FDTAKE=move\nFDNAME=fuzz/b\n",
    "FDTAKE=move\n",
    "FDLIST=1\n",
    "FDLIST=1\nFDNAME=fuzz\n",
    "BARRIER=1\n",
    "READY=1\nSTATUS=fine\n",
};
static const char *const PIECES[] = {
    "FDNAME=fuzz/../x\n", "FDNAME=.fdbox/status\n", "FDNAME=\n", "FDNAME=fuzz//x\n", "FDNAME=/\n",
    "FDNAME=fuzz/\xff\xfe\n", "FDTAKE=2\n", "FDPOLL=7\n", "FDACCESS=all\n", "=\n", "\n\n\n", "NOKEY\n",
    "FDSTORE=1\n", "FDNAME=fuzz/dir\n", "FDNAME=fuzz\n", "BARRIER=0\n",
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint64_t state;

/* xorshift64*, so that a seed gives the same messages everywhere. */
static uint64_t draw(uint64_t below) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (state * 2685821657736338717ull >> 16) % below;
}

static void fail(const char *what) {
  fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int must(int result, const char *what) {
  if (result < 0) fail(what);
  return result;
}

static char mountpoint[3000];

static int connected(int type, const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%.80s/.fdbox/%s", mountpoint, name);
  int fd = must(socket(AF_UNIX, type | SOCK_CLOEXEC, 0), "socket");
  must(connect(fd, (struct sockaddr *)&address, sizeof address), "connect");
  return fd;
}

/* One message: a valid one, changed in some ways. */
static size_t message(char *text) {
  size_t length = 0;
  for (uint64_t parts = 1 + draw(8) / 7; parts > 0; parts--) {
    const char *part = VALID[draw(COUNT(VALID))];
    memcpy(text + length, part, strlen(part));
    length += strlen(part);
  }
  for (uint64_t changes = draw(4); changes > 0 && length > 0; changes--) {
    switch (draw(7)) {
      case 0: text[draw(length)] ^= 1 << draw(8); break;
      case 1: length = draw(length + 1); break;
      case 2: memmove(text + 1, text, length++); break;
      case 3: text[draw(length)] = "\0\n=/.1"[draw(6)]; break;
      case 4: {
        const char *piece = PIECES[draw(COUNT(PIECES))];
        memcpy(text + length, piece, strlen(piece));
        length += strlen(piece);
        break;
      }
      case 5:
        if (draw(20) == 0) { /* a long name, or a message beyond what is taken */
          size_t more = draw(2) == 0 ? draw(600) : draw(MOST - 4096);
          memset(text + length, 'n', more);
          length += more;
        }
        break;
      default: break;
    }
  }
  return length == 0 ? 1 : length; /* an empty one would be the end of a connection */
}

static int kinds[KINDS];

static void open_kinds(int exchange) {
  char path[4096];
  int ends[2];
  must(pipe2(ends, O_CLOEXEC), "pipe2");
  kinds[0] = must(memfd_create("fuzz", MFD_CLOEXEC), "memfd_create");
  kinds[1] = ends[0];
  kinds[2] = ends[1];
  kinds[3] = must(eventfd(0, EFD_CLOEXEC), "eventfd");
  snprintf(path, sizeof path, "%s/fuzz/base", mountpoint);
  kinds[4] = must(open(path, O_RDONLY | O_CLOEXEC), path);
  snprintf(path, sizeof path, "%s/fuzz/group", mountpoint);
  kinds[5] = must(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), path);
  snprintf(path, sizeof path, "%s/.fdbox/status", mountpoint);
  kinds[6] = must(open(path, O_RDONLY | O_CLOEXEC), path);
  kinds[7] = must(open("/etc/passwd", O_RDONLY | O_CLOEXEC), "/etc/passwd");
  kinds[8] = exchange;
}

static bool send_it(int fd, const char *text, size_t length, int count) {
  static char control[CMSG_SPACE(sizeof(int) * MOST_FDS)];
  struct iovec part = {.iov_base = (char *)text, .iov_len = length};
  struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int) * count);
    for (int i = 0; i < count; i++) {
      ((int *)CMSG_DATA(rights))[i] = kinds[draw(KINDS)];
    }
  }
  return sendmsg(fd, &header, MSG_NOSIGNAL) == (ssize_t)length;
}

/* The answer to one message; its descriptors are closed. False when the connection is closed. */
static bool answered(int fd) {
  static char text[MOST], control[CMSG_SPACE(sizeof(int) * MOST_FDS)];
  struct iovec part = {.iov_base = text, .iov_len = sizeof text};
  struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
                          .msg_controllen = sizeof control};
  struct pollfd ready = {.fd = fd, .events = POLLIN};
  if (poll(&ready, 1, PATIENCE_MILLIS) != 1) fail("no answer");
  ssize_t length = recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
  if (length <= 0) return false;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    for (size_t i = 0; i < (c->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
      close(((int *)CMSG_DATA(c))[i]);
    }
  }
  if (length < 8 || memcmp(text, "ERRNO=", 6) != 0) {
    fprintf(stderr, "fuzz: an answer that is none: %.*s\n", (int)length, text);
    exit(1);
  }
  return true;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: fuzz MOUNTPOINT SEED COUNT\n");
    return 2;
  }
  snprintf(mountpoint, sizeof mountpoint, "%s", argv[1]);
  state = strtoull(argv[2], NULL, 0) * 2 + 1;
  static char text[2 * MOST];
  int exchange = connected(SOCK_SEQPACKET, "exchange");
  int notify = connected(SOCK_DGRAM, "notify");
  open_kinds(exchange);
  long closed = 0, told = 0;
  for (long left = atol(argv[3]); left > 0; left--) {
    size_t length = message(text);
    int count = draw(3) == 0 ? 0 : draw(50) == 0 ? (int)draw(MOST_FDS + 1) : (int)draw(4);
    if (draw(8) == 0) {
      told += send_it(notify, text, length, count);
      continue;
    }
    bool goes_on = send_it(exchange, text, length, count) && draw(500) > 0 && answered(exchange);
    if (!goes_on) {
      closed++;
      close(exchange);
      kinds[8] = exchange = connected(SOCK_SEQPACKET, "exchange");
    }
  }
  printf("  %ld connections ended, %ld notifications\n", closed, told);
  return 0;
}
