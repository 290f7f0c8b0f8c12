/* Random reads, writes, holes and mappings of one file, against the same in memory. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 256 * 1024, LONGEST = 48 * 1024, HISTORY = 16, PAGE = 4096 };

struct file {
  char *path;
  int fd;
  size_t size;
  unsigned char content[MOST_BYTES];
  unsigned char room[MOST_BYTES];
  struct chance chance;
  char history[HISTORY][80];
  long done;
  bool forwarded; /* without passthrough, nothing shared is mapped */
};

static void note(struct file *file, const char *what, size_t at, size_t length) {
  snprintf(file->history[file->done % HISTORY], sizeof file->history[0],
           "%ld: %s at %zu, %zu bytes; size %zu", file->done, what, at, length, file->size);
}

static bool wrong(struct file *file, const char *what) {
  printf("model: %s (%s)\n", what, strerror(errno));
  for (long i = file->done >= HISTORY ? file->done - HISTORY + 1 : 0; i <= file->done; i++) {
    printf("    %s\n", file->history[i % HISTORY]);
  }
  return false;
}

/* Somewhere, now and then at the edge of a page. */
static size_t somewhere(struct file *file, size_t below) {
  size_t at = chance_below(&file->chance, (uint32_t)below);
  return chance_below(&file->chance, 4) == 0 ? at / PAGE * PAGE : at;
}

static size_t some_length(struct file *file, size_t at) {
  size_t most = MOST_BYTES - at < LONGEST ? MOST_BYTES - at : LONGEST;
  return 1 + chance_below(&file->chance, (uint32_t)most);
}

static void invent(struct file *file, size_t length) {
  unsigned char start = (unsigned char)chance_next(&file->chance);
  for (size_t i = 0; i < length; i++) {
    file->room[i] = (unsigned char)(start + i * 13 + file->done);
  }
}

static void grow(struct file *file, size_t end) {
  file->size = end > file->size ? end : file->size;
}

static bool read_some(struct file *file) {
  size_t at = somewhere(file, MOST_BYTES);
  size_t length = some_length(file, at);
  note(file, "read", at, length);
  size_t there = at >= file->size ? 0 : file->size - at < length ? file->size - at : length;
  ssize_t n = pread(file->fd, file->room, length, (off_t)at);
  if (n != (ssize_t)there) {
    return wrong(file, "read another number of bytes");
  }
  return !memcmp(file->room, file->content + at, there) || wrong(file, "read other bytes");
}

static bool write_some(struct file *file) {
  size_t at = somewhere(file, MOST_BYTES);
  size_t length = some_length(file, at);
  note(file, "write", at, length);
  invent(file, length);
  if (pwrite(file->fd, file->room, length, (off_t)at) != (ssize_t)length) {
    return wrong(file, "not all written");
  }
  memcpy(file->content + at, file->room, length);
  grow(file, at + length);
  return true;
}

static bool append_some(struct file *file) {
  size_t length = 1 + chance_below(&file->chance, 5000);
  if (file->size + length > MOST_BYTES) {
    return true;
  }
  note(file, "append", file->size, length);
  invent(file, length);
  int fd = open(file->path, O_WRONLY | O_APPEND);
  ssize_t n = write(fd, file->room, length);
  close(fd);
  memcpy(file->content + file->size, file->room, length);
  file->size += length;
  return n == (ssize_t)length || wrong(file, "not all appended");
}

static bool resize(struct file *file) {
  size_t size = somewhere(file, MOST_BYTES);
  bool by_name = chance_below(&file->chance, 2);
  note(file, by_name ? "truncate" : "ftruncate", size, 0);
  if (by_name ? truncate(file->path, (off_t)size) : ftruncate(file->fd, (off_t)size)) {
    return wrong(file, "not resized");
  }
  if (size < file->size) {
    memset(file->content + size, 0, file->size - size);
  }
  file->size = size;
  return true;
}

static bool shape(struct file *file) {
  static const int modes[] = {0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE};
  uint32_t which = chance_below(&file->chance, 3);
  size_t at = somewhere(file, MOST_BYTES);
  size_t length = some_length(file, at);
  note(file, which == 2 ? "punch" : which ? "allocate beyond" : "allocate", at, length);
  if (fallocate(file->fd, modes[which], (off_t)at, (off_t)length)) {
    return wrong(file, "not allocated");
  }
  if (which == 0) {
    grow(file, at + length);
  } else if (which == 2) {
    memset(file->content + at, 0, length);
  }
  return true;
}

static bool map_some(struct file *file) {
  if (file->size == 0) {
    return true;
  }
  bool writes = chance_below(&file->chance, 2);
  size_t at = somewhere(file, file->size);
  size_t length = some_length(file, at);
  length = file->size - at < length ? file->size - at : length;
  note(file, writes ? "mapped write" : "mapped read", at, length);
  unsigned char *memory = mmap(NULL, file->size, PROT_READ | (writes ? PROT_WRITE : 0), MAP_SHARED,
                               file->fd, 0);
  if (memory == MAP_FAILED) {
    return (file->forwarded && errno == ENODEV) || wrong(file, "not mapped");
  }
  bool same = true;
  if (writes) {
    invent(file, length);
    memcpy(memory + at, file->room, length);
    memcpy(file->content + at, file->room, length);
  } else {
    same = !memcmp(memory + at, file->content + at, length);
  }
  for (size_t i = file->size; i % PAGE; i++) {
    same = same && memory[i] == 0;
  }
  munmap(memory, file->size);
  return same || wrong(file, "mapped other bytes");
}

static bool copy_within(struct file *file) {
  if (file->size < 2 * PAGE) {
    return true;
  }
  size_t length = 1 + chance_below(&file->chance, (uint32_t)(file->size / 2));
  size_t from = chance_below(&file->chance, (uint32_t)(file->size / 2 - length + 1));
  size_t to = file->size / 2 + chance_below(&file->chance, (uint32_t)(file->size / 2));
  length = MOST_BYTES - to < length ? MOST_BYTES - to : length;
  note(file, "copy", to, length);
  off_t in = (off_t)from;
  off_t out = (off_t)to;
  for (size_t left = length; left > 0;) {
    ssize_t n = copy_file_range(file->fd, &in, file->fd, &out, left, 0);
    if (n <= 0) {
      return wrong(file, "not copied");
    }
    left -= (size_t)n;
  }
  memmove(file->content + to, file->content + from, length);
  grow(file, to + length);
  return true;
}

static bool reopen(struct file *file) {
  static const int more[] = {0, O_DIRECT, O_SYNC};
  note(file, "reopen", 0, 0);
  close(file->fd);
  file->fd = open(file->path, O_RDWR | more[chance_below(&file->chance, 3)]);
  if (file->fd < 0) {
    file->fd = open(file->path, O_RDWR);
  }
  return file->fd >= 0 || wrong(file, "not opened again");
}

static bool size_is_right(struct file *file) {
  struct stat by_name;
  struct stat by_fd;
  if (stat(file->path, &by_name) || fstat(file->fd, &by_fd)) {
    return wrong(file, "no stat");
  }
  return (by_name.st_size == (off_t)file->size && by_fd.st_size == (off_t)file->size) ||
         wrong(file, "another size");
}

static bool one(struct file *file) {
  switch (chance_below(&file->chance, 16)) {
  case 0:
  case 1:
  case 2:
    return read_some(file);
  case 3:
  case 4:
  case 5:
  case 6:
    return write_some(file);
  case 7:
    return append_some(file);
  case 8:
    return resize(file);
  case 9:
  case 10:
    return shape(file);
  case 11:
  case 12:
  case 13:
    return map_some(file);
  case 14:
    return copy_within(file);
  default:
    return reopen(file);
  }
}

int model_mode(const char *box, uint64_t seed, long operations, bool forwarded, int *passed) {
  struct file *file = calloc(1, sizeof *file);
  file->chance.state = seed;
  file->forwarded = forwarded;
  if (asprintf(&file->path, "%s/model", box) < 0) {
    abort();
  }
  file->fd = open(file->path, O_RDWR | O_CREAT | O_EXCL, 0600);
  if (file->fd < 0) {
    give_up("%s: %s", file->path, strerror(errno));
  }
  bool right = true;
  for (; right && file->done < operations; file->done++) {
    right = one(file) && size_is_right(file);
    *passed += right;
  }
  close(file->fd);
  unlink(file->path);
  free(file->path);
  free(file);
  return !right;
}
