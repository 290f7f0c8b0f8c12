/* What a directory holds, as text that two directories can be compared by. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_FILES = 4096, LONG_AGO_SECONDS = 3600 };

struct node {
  char *path;
  struct stat stat;
  uint64_t content;
};

struct tree {
  bool with_content;
  size_t count;
  struct node nodes[MOST_FILES];
};

/* Sums what a file holds; the time of its last access stays. */
static uint64_t content_of(int directory, const char *name) {
  unsigned char bytes[65536];
  uint64_t sum = 14695981039346656037u;
  int fd = openat(directory, name, O_RDONLY | O_NOATIME);
  for (ssize_t n; (n = read(fd, bytes, sizeof bytes)) != 0;) {
    if (n < 0) {
      sum = 0;
      break;
    }
    for (ssize_t i = 0; i < n; i++) {
      sum = (sum ^ bytes[i]) * 1099511628211u;
    }
  }
  close(fd);
  return sum;
}

static void read_below(struct tree *tree, int fd, const char *path) {
  DIR *directory = fdopendir(fd);
  if (!directory) {
    give_up("%s: %s", path, strerror(errno));
  }
  size_t first = tree->count;
  for (struct dirent *d; (d = readdir(directory));) {
    if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, "..")) {
      continue;
    }
    if (tree->count == MOST_FILES) {
      give_up("more than %d files", MOST_FILES);
    }
    struct node *node = &tree->nodes[tree->count++];
    if (asprintf(&node->path, "%s%s%s", path, *path ? "/" : "", d->d_name) < 0) {
      abort();
    }
    if (fstatat(dirfd(directory), d->d_name, &node->stat, AT_SYMLINK_NOFOLLOW)) {
      give_up("%s is listed and not there: %s", node->path, strerror(errno));
    }
    if (tree->with_content && S_ISREG(node->stat.st_mode)) {
      node->content = content_of(dirfd(directory), d->d_name);
    }
  }
  size_t end = tree->count;
  for (size_t i = first; i < end; i++) {
    if (S_ISDIR(tree->nodes[i].stat.st_mode)) {
      const char *name = strrchr(tree->nodes[i].path, '/');
      int below = openat(dirfd(directory), name ? name + 1 : tree->nodes[i].path,
                         O_RDONLY | O_DIRECTORY | O_NOATIME);
      read_below(tree, below, tree->nodes[i].path);
    }
  }
  closedir(directory);
}

static int by_path(const void *one, const void *other) {
  return strcmp(((const struct node *)one)->path, ((const struct node *)other)->path);
}

struct tree *tree_read(const char *directory, bool with_content) {
  struct tree *tree = calloc(1, sizeof *tree);
  tree->with_content = with_content;
  struct node *top = &tree->nodes[tree->count++];
  top->path = strdup(".");
  int fd = open(directory, O_RDONLY | O_DIRECTORY | O_NOATIME);
  if (fd < 0 || fstat(fd, &top->stat)) {
    give_up("%s: %s", directory, strerror(errno));
  }
  read_below(tree, fd, "");
  qsort(tree->nodes, tree->count, sizeof *tree->nodes, by_path);
  return tree;
}

void tree_free(struct tree *tree) {
  for (size_t i = 0; tree && i < tree->count; i++) {
    free(tree->nodes[i].path);
  }
  free(tree);
}

static const struct node *same_file(const struct tree *tree, ino_t inode) {
  for (size_t i = 0; tree && i < tree->count; i++) {
    if (tree->nodes[i].stat.st_ino == inode) {
      return &tree->nodes[i];
    }
  }
  return NULL;
}

/* A time that somebody set to long ago is compared as it is, others by whether they moved. */
static void print_time(char what, struct timespec now, const struct timespec *before,
                       struct text *into) {
  if (now.tv_sec < time(NULL) - LONG_AGO_SECONDS || now.tv_sec > time(NULL) + LONG_AGO_SECONDS) {
    text_add(into, " %ctime %lld.%09ld", what, (long long)now.tv_sec, now.tv_nsec);
  } else if (before) {
    bool moved = now.tv_sec != before->tv_sec || now.tv_nsec != before->tv_nsec;
    text_add(into, " %ctime %s", what, moved ? "moved" : "same");
  }
}

void tree_print(const struct tree *tree, const struct tree *before, bool accesses,
                struct text *into) {
  for (size_t i = 0; i < tree->count; i++) {
    const struct node *node = &tree->nodes[i];
    const struct stat *s = &node->stat;
    text_add(into, "  %s: mode %o links %ld owner %u:%u", node->path, s->st_mode,
             (long)s->st_nlink, s->st_uid, s->st_gid);
    /* What a directory takes is each filesystem's own, and reading the trees reads it. */
    bool directory = S_ISDIR(s->st_mode);
    if (!directory) {
      text_add(into, " size %lld blocks %lld", (long long)s->st_size, (long long)s->st_blocks);
    }
    if (tree->with_content && !directory) {
      text_add(into, " content %016llx", (unsigned long long)node->content);
    }
    const struct node *was = same_file(before, s->st_ino);
    if (before && !was) {
      text_add(into, " new");
    }
    if (!directory && accesses) {
      print_time('a', s->st_atim, was ? &was->stat.st_atim : NULL, into);
    }
    print_time('m', s->st_mtim, was ? &was->stat.st_mtim : NULL, into);
    print_time('c', s->st_ctim, was ? &was->stat.st_ctim : NULL, into);
    text_add(into, "\n");
  }
}

/* Whether a text has a line. */
static bool has_line(const char *text, const char *line, size_t length) {
  while (*text) {
    size_t here = strcspn(text, "\n");
    if (here == length && !memcmp(text, line, length)) {
      return true;
    }
    text += here + (text[here] == '\n');
  }
  return false;
}

static size_t lines_in(const char *text) {
  size_t lines = 0;
  for (; (text = strchr(text, '\n')); text++) {
    lines++;
  }
  return lines;
}

/* Lines that the other text has not; or, line by line, those that are another in the other text. */
static int print_differing(const char *whose, const char *text, const char *other, bool by_place,
                           FILE *into) {
  int found = 0;
  for (size_t number = 1; *text; number++) {
    size_t length = strcspn(text, "\n");
    size_t facing = strcspn(other, "\n");
    bool same = by_place ? length == facing && !memcmp(text, other, length)
                         : has_line(other, text, length);
    if (!same) {
      fprintf(into, "    %s %2zu:%.*s\n", whose, number, (int)length, text);
      found++;
    }
    text += length + (text[length] == '\n');
    if (by_place) {
      other += facing + (other[facing] == '\n');
    }
  }
  return found;
}

int text_differences(const char *reference, const char *box, FILE *into) {
  bool by_place = lines_in(reference) == lines_in(box);
  return strcmp(reference, box) ? print_differing("reference", reference, box, by_place, into) +
                                      print_differing("box      ", box, reference, by_place, into)
                                : 0;
}

/* Files get their times from a clock that ticks slowly: what happens after this gets a later one. */
void wait_for_tick(void) {
  struct timespec start;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &start);
  do {
    nanosleep(&(struct timespec){0, 200000}, NULL);
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
  } while (now.tv_sec < start.tv_sec ||
           (now.tv_sec == start.tv_sec && now.tv_nsec <= start.tv_nsec));
}
