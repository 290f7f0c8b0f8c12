/* What an actor can do. */
#define _GNU_SOURCE
#include "vfiosteps.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { MOST_HANDLES = 32 };

/* What has been opened: the descriptor itself, and the handle of the mount that is the claim. */
struct handle {
  char name[64];
  int fd;
  int claim;
};

static struct handle handles[MOST_HANDLES];
static char said[LONGEST_RESULT];

static const char *ok(int result) {
  return result < 0 ? NULL : "ok";
}

static struct handle *find(const char *name) {
  for (struct handle *each = handles; each < handles + MOST_HANDLES; each++) {
    if (!strcmp(each->name, name)) return each;
  }
  return NULL;
}

static struct handle *handle(const char *name) {
  struct handle *found = find(name);
  if (!found) give_up("%s is not open", name);
  return found;
}

static const char *keep(const char *name, int fd, int claim) {
  if (fd < 0) return NULL;
  struct handle *room = find(name) ? NULL : find("");
  if (!room) give_up("no room for another %s", name);
  snprintf(room->name, sizeof room->name, "%s", name);
  room->fd = fd;
  room->claim = claim;
  return "ok";
}

static int close_one(int *fd) {
  int result = *fd < 0 ? 0 : close(*fd);
  *fd = -1;
  return result;
}

static char *entry(const struct world *world, const char *name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", world->box, name);
  return path;
}

/* ---- opening ---- */

static int take(const struct world *world, const char *request, int claim) {
  int taken;
  char name[1][64];
  int count = exchange(world->exchange, request, claim, &taken, name, 1);
  if (count == 0) errno = EPROTO;
  return count == 1 ? taken : -1;
}

/* An entry is opened, which claims it, and the handle is given for the descriptor. */
static const char *open_entry(const struct world *world, const char *request, const char *path,
                              int flags, const char *as) {
  int claim = open(path, flags | O_CLOEXEC);
  if (claim < 0) return NULL;
  int fd = take(world, request, claim);
  int why = errno;
  if (fd < 0) close(claim);
  errno = why;
  return keep(as, fd, claim);
}

/* open NAME [as NAME]: the kernel's nodes where there is no entry for it. */
static const char *do_open(const struct world *world, char *words[], int count) {
  const char *name = words[1], *as = count > 3 ? words[3] : name;
  if (world->box && access(entry(world, name), F_OK) == 0) {
    return open_entry(world, "FDTAKE=1", entry(world, name), O_RDWR, as);
  }
  const char *node = node_of(world, name);
  if (!node) give_up("there is no %s", name);
  return keep(as, open(node, O_RDWR | O_CLOEXEC), -1);
}

static const char *do_move(const struct world *world, char *words[], int count) {
  (void)count;
  return open_entry(world, "FDTAKE=move", entry(world, words[1]), O_RDWR, words[1]);
}

static const char *do_read_only(const struct world *world, char *words[], int count) {
  (void)count;
  return open_entry(world, "FDTAKE=1", entry(world, words[1]), O_RDONLY, words[1]);
}

/* take-all: says what came, in the order in which it came. */
static const char *do_take_all(const struct world *world, char *words[], int count) {
  (void)words, (void)count;
  int directory = open(world->box, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return NULL;
  int taken[MOST_HANDLES];
  char names[MOST_HANDLES][64];
  int got = exchange(world->exchange, "FDTAKE=1", directory, taken, names, MOST_HANDLES);
  if (got < 0) {
    int why = errno;
    close(directory);
    errno = why;
    return NULL;
  }
  *said = 0;
  for (int i = 0; i < got; i++) {
    keep(names[i], taken[i], i == 0 ? directory : -1);
    snprintf(said + strlen(said), sizeof said - strlen(said), "%s%.63s", i ? " " : "", names[i]);
  }
  return said;
}

static const char *do_close(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct handle *it = handle(words[1]);
  it->name[0] = 0;
  int result = close_one(&it->fd);
  return ok(close_one(&it->claim) | result);
}

/* release NAME: closes the handle of the mount and keeps the descriptor. */
static const char *do_release(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  return ok(close_one(&handle(words[1])->claim));
}

/* ---- entries ---- */

/* put NAME ENTRY */
static const char *do_put(const struct world *world, char *words[], int count) {
  (void)count;
  char target[64];
  snprintf(target, sizeof target, "/proc/self/fd/%d", handle(words[1])->fd);
  return ok(symlink(target, entry(world, words[2])));
}

static const char *do_kind(const struct world *world, char *words[], int count) {
  (void)count;
  ssize_t length = getxattr(entry(world, words[1]), "user.fdbox.kind", said, sizeof said - 1);
  if (length < 0) return NULL;
  said[length] = 0;
  return said;
}

static const char *do_remove(const struct world *world, char *words[], int count) {
  (void)count;
  return ok(unlink(entry(world, words[1])));
}

/* link HOW: marks the box as a group. */
static const char *do_link(const struct world *world, char *words[], int count) {
  (void)count;
  return ok(setxattr(world->box, "user.fdbox.link", words[1], strlen(words[1]), 0));
}

/* ---- devices ---- */

/* bind DEVICE IOMMUFD */
static const char *do_bind(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct vfio_device_bind_iommufd bind = {
      .argsz = sizeof bind, .iommufd = handle(words[2])->fd};
  return ok(ioctl(handle(words[1])->fd, VFIO_DEVICE_BIND_IOMMUFD, &bind));
}

/* attach DEVICE SPACE */
static const char *do_attach(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct vfio_device_attach_iommufd_pt attach = {
      .argsz = sizeof attach, .pt_id = (unsigned)atoi(words[2])};
  return ok(ioctl(handle(words[1])->fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach));
}

static const char *do_detach(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct vfio_device_detach_iommufd_pt detach = {.argsz = sizeof detach};
  return ok(ioctl(handle(words[1])->fd, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach));
}

static const char *do_info(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct vfio_device_info info = {.argsz = sizeof info};
  if (ioctl(handle(words[1])->fd, VFIO_DEVICE_GET_INFO, &info) != 0) return NULL;
  snprintf(said, sizeof said, "%u regions, %u interrupts", info.num_regions, info.num_irqs);
  return said;
}

/* identify DEVICE: vendor and device, from its configuration space. */
static const char *do_identify(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct vfio_region_info region = {
      .argsz = sizeof region, .index = VFIO_PCI_CONFIG_REGION_INDEX};
  unsigned short ids[2];
  int fd = handle(words[1])->fd;
  if (ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, &region) != 0) return NULL;
  if (pread(fd, ids, sizeof ids, (off_t)region.offset) != sizeof ids) return NULL;
  snprintf(said, sizeof said, "%04x:%04x", ids[0], ids[1]);
  return said;
}

/* ---- iommufds ---- */

/* space IOMMUFD: a new address space; says its number in that iommufd. */
static const char *do_space(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct iommu_ioas_alloc space = {.size = sizeof space};
  if (ioctl(handle(words[1])->fd, IOMMU_IOAS_ALLOC, &space) != 0) return NULL;
  snprintf(said, sizeof said, "%u", space.out_ioas_id);
  return said;
}

/* map IOMMUFD SPACE: a page of this process, at address 0. */
static const char *do_map(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  static _Alignas(4096) char page[4096];
  struct iommu_ioas_map map = {
      .size = sizeof map,
      .flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE | IOMMU_IOAS_MAP_WRITEABLE,
      .ioas_id = (unsigned)atoi(words[2]),
      .user_va = (uintptr_t)page,
      .length = sizeof page,
  };
  return ok(ioctl(handle(words[1])->fd, IOMMU_IOAS_MAP, &map));
}

/* unmap IOMMUFD SPACE: everything; says how much that was. */
static const char *do_unmap(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct iommu_ioas_unmap unmap = {
      .size = sizeof unmap, .ioas_id = (unsigned)atoi(words[2]), .length = UINT64_MAX};
  if (ioctl(handle(words[1])->fd, IOMMU_IOAS_UNMAP, &unmap) != 0) return NULL;
  snprintf(said, sizeof said, "%llu bytes", (unsigned long long)unmap.length);
  return said;
}

static const char *do_destroy(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  struct iommu_destroy destroy = {.size = sizeof destroy, .id = (unsigned)atoi(words[2])};
  return ok(ioctl(handle(words[1])->fd, IOMMU_DESTROY, &destroy));
}

/* ---- groups ---- */

/* contain GROUP CONTAINER: a container of VFIO, or an iommufd in its place. */
static const char *do_contain(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  return ok(ioctl(handle(words[1])->fd, VFIO_GROUP_SET_CONTAINER, &handle(words[2])->fd));
}

static const char *do_leave(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  return ok(ioctl(handle(words[1])->fd, VFIO_GROUP_UNSET_CONTAINER));
}

static const char *do_type(const struct world *world, char *words[], int count) {
  (void)world, (void)count;
  return ok(ioctl(handle(words[1])->fd, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
}

/* device GROUP as NAME [UUID] */
static const char *do_device(const struct world *world, char *words[], int count) {
  const char *uuid = count > 4 ? words[4] : world->uuid;
  return keep(words[3], ioctl(handle(words[1])->fd, VFIO_GROUP_GET_DEVICE_FD, uuid), -1);
}

static const struct {
  const char *name;
  int words;
  const char *(*run)(const struct world *, char *[], int);
} operations[] = {
    {"open", 2, do_open},         {"move", 2, do_move},       {"read-only", 2, do_read_only},
    {"take-all", 1, do_take_all}, {"close", 2, do_close},     {"release", 2, do_release},
    {"put", 3, do_put},           {"kind", 2, do_kind},       {"remove", 2, do_remove},
    {"link", 2, do_link},         {"bind", 3, do_bind},       {"attach", 3, do_attach},
    {"detach", 2, do_detach},     {"info", 2, do_info},       {"identify", 2, do_identify},
    {"space", 2, do_space},       {"map", 3, do_map},         {"unmap", 3, do_unmap},
    {"destroy", 3, do_destroy},   {"contain", 3, do_contain}, {"leave", 2, do_leave},
    {"type", 2, do_type},         {"device", 4, do_device},
};

const char *do_step(const struct world *world, char *words[], int count) {
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
    if (!strcmp(operations[i].name, words[0]) && count >= operations[i].words) {
      return operations[i].run(world, words, count);
    }
  }
  give_up("no such step: %s", words[0]);
}
