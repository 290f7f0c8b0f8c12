/*
 * A filesystem of one file "f" whose server never answers a FLUSH, so that close(2) waits:
 * "stuckfs DIRECTORY". Says "ready" when it is mounted; it ends, and with it all that waits, when
 * its standard input does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILE_NODE 2

static int device;

static void reply(const struct fuse_in_header *request, int error, const void *body, size_t size) {
  struct fuse_out_header header = {
      .len = sizeof header + size, .error = -error, .unique = request->unique};
  struct iovec parts[] = {{&header, sizeof header}, {(void *)body, size}};
  // The request may have been taken back.
  if (writev(device, parts, size ? 2 : 1) < 0 && errno != ENOENT) perror("stuckfs");
}

static struct fuse_attr attributes(uint64_t node) {
  return (struct fuse_attr){
      .ino = node, .mode = node == FILE_NODE ? S_IFREG | 0666 : S_IFDIR | 0777, .nlink = 1};
}

static void serve(const struct fuse_in_header *request, const void *body) {
  switch (request->opcode) {
    case FUSE_INIT: {
      struct fuse_init_out out = {
          .major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096, .max_background = 16};
      reply(request, 0, &out, sizeof out);
      break;
    }
    case FUSE_LOOKUP: {
      struct fuse_entry_out out = {
          .nodeid = FILE_NODE, .entry_valid = 1, .attr_valid = 1, .attr = attributes(FILE_NODE)};
      if (strcmp(body, "f") == 0) reply(request, 0, &out, sizeof out);
      else reply(request, ENOENT, NULL, 0);
      break;
    }
    case FUSE_GETATTR: {
      struct fuse_attr_out out = {.attr_valid = 1, .attr = attributes(request->nodeid)};
      reply(request, 0, &out, sizeof out);
      break;
    }
    case FUSE_OPEN: {
      struct fuse_open_out out = {0};
      reply(request, 0, &out, sizeof out);
      break;
    }
    case FUSE_RELEASE: reply(request, 0, NULL, 0); break;
    case FUSE_FLUSH:
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT: break;
    default: reply(request, ENOSYS, NULL, 0);
  }
}

int main(int count, char **arguments) {
  static char buffer[FUSE_MIN_READ_BUFFER + 4096];
  char options[128];
  device = open("/dev/fuse", O_RDWR | O_NONBLOCK);
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
  if (count != 2 || device < 0 || mount("stuckfs", arguments[1], "fuse.stuckfs", 0, options) < 0) {
    perror("stuckfs");
    return 1;
  }
  puts("ready");
  fflush(stdout);
  struct pollfd ready[] = {{.fd = device, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
  while (poll(ready, 2, -1) > 0 && !ready[1].revents) {
    ssize_t got = read(device, buffer, sizeof buffer);
    if (got >= (ssize_t)sizeof(struct fuse_in_header))
      serve((void *)buffer, buffer + sizeof(struct fuse_in_header));
    else if (got < 0 && errno != EAGAIN && errno != ENOENT && errno != EINTR)
      break;
  }
  umount2(arguments[1], MNT_DETACH);
  return 0;
}
