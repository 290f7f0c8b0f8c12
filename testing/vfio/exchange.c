/* A client of the exchange socket; docs/sockets.md has its protocol. */
#define _GNU_SOURCE
#include "vfiosteps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LONGEST_MESSAGE = 65536, MOST_DESCRIPTORS = 253 };

static int connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (s >= 0 && connect(s, (struct sockaddr *)&address, sizeof address) != 0) {
    int why = errno;
    close(s);
    errno = why;
    return -1;
  }
  return s;
}

static int send_request(int s, const char *request, int fd) {
  union {
    char bytes[CMSG_SPACE(sizeof fd)];
    struct cmsghdr aligned;
  } control = {{0}};
  struct iovec text = {(void *)request, strlen(request)};
  struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1};
  if (fd >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  return sendmsg(s, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static int descriptors_of(struct msghdr *message, int *taken, int most) {
  int count = 0;
  for (struct cmsghdr *each = CMSG_FIRSTHDR(message); each; each = CMSG_NXTHDR(message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_RIGHTS) continue;
    size_t here = (each->cmsg_len - CMSG_LEN(0)) / sizeof *taken;
    for (size_t i = 0; i < here; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(each) + i * sizeof fd, sizeof fd);
      if (count < most) {
        taken[count++] = fd;
      } else {
        close(fd);
      }
    }
  }
  return count;
}

/* ERRNO= comes first, then one FDNAME= for each descriptor. Returns the errno that it has. */
static int read_answer(char *text, char names[][64], int most, int *named) {
  int result = EPROTO;
  *named = 0;
  for (char *rest, *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    if (!strncmp(line, "ERRNO=", 6)) {
      result = atoi(line + 6);
    } else if (!strncmp(line, "FDNAME=", 7) && *named < most) {
      const char *slash = strrchr(line, '/');
      snprintf(names[(*named)++], 64, "%.63s", slash ? slash + 1 : line + 7);
    }
  }
  return result;
}

static int receive_answer(int s, int *taken, char names[][64], int most) {
  static char bytes[LONGEST_MESSAGE + 1];
  static union {
    char bytes[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int))];
    struct cmsghdr aligned;
  } control;
  struct iovec text = {bytes, LONGEST_MESSAGE};
  struct msghdr message = {
      .msg_iov = &text,
      .msg_iovlen = 1,
      .msg_control = control.bytes,
      .msg_controllen = sizeof control.bytes,
  };
  ssize_t length = recvmsg(s, &message, MSG_CMSG_CLOEXEC);
  if (length < 0) return -1;
  bytes[length] = 0;
  int count = descriptors_of(&message, taken, most);
  int named;
  int why = read_answer(bytes, names, most, &named);
  if (why == 0 && named != count) why = EPROTO;
  if (why == 0) return count;
  while (count > 0) close(taken[--count]);
  errno = why;
  return -1;
}

int exchange(const char *socket_path, const char *request, int fd, int *taken,
             char names[][64], int most) {
  int s = connect_to(socket_path);
  if (s < 0) return -1;
  int count = send_request(s, request, fd);
  if (count == 0) count = receive_answer(s, taken, names, most);
  int why = errno;
  close(s);
  errno = why;
  return count;
}
