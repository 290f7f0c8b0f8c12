/* Operations on what directories list. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const void *one, const void *other) {
  return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Names in order, with what stat says of them where it differs from the listing. */
static void list(struct agent *agent, DIR *directory) {
  if (!directory) {
    answer(agent, -1);
    return;
  }
  char *names[256];
  size_t found = 0;
  for (struct dirent *d; found < 256 && (d = readdir(directory));) {
    struct stat s = {0};
    bool up = !strcmp(d->d_name, "..");
    bool agrees = fstatat(dirfd(directory), d->d_name, &s, AT_SYMLINK_NOFOLLOW) ||
                  ((up || s.st_ino == d->d_ino) &&
                   (d->d_type == DT_UNKNOWN || d->d_type == IFTODT(s.st_mode)));
    if (asprintf(&names[found++], "%s%s", d->d_name, agrees ? "" : "(not as stat says)") < 0) {
      abort();
    }
  }
  closedir(directory);
  qsort(names, found, sizeof *names, by_name);
  for (size_t i = 0; i < found; i++) {
    text_add(agent->result, "%s ", names[i]);
  }
  text_add(agent->result, "listed\n");
}

static void do_list(struct agent *agent, int count, char **argument) {
  (void)count;
  list(agent, opendir(argument[1]));
}

static void do_listopen(struct agent *agent, int count, char **argument) {
  (void)count;
  list(agent, fdopendir(dup(file_of(agent, argument[1]))));
}

/* Goes back to every position of a directory; the same name must be there again. */
static void do_seekdir(struct agent *agent, int count, char **argument) {
  (void)count;
  DIR *directory = opendir(argument[1]);
  if (!directory) {
    answer(agent, -1);
    return;
  }
  long at[512];
  char *names[512];
  size_t found = 0;
  while (found < 512) {
    at[found] = telldir(directory);
    struct dirent *d = readdir(directory);
    if (!d) {
      break;
    }
    names[found++] = strdup(d->d_name);
  }
  int wrong = 0;
  for (size_t i = found; i-- > 0;) {
    seekdir(directory, at[i]);
    struct dirent *d = readdir(directory);
    wrong += !d || strcmp(d->d_name, names[i]);
  }
  rewinddir(directory);
  size_t again = 0;
  while (readdir(directory)) {
    again++;
  }
  closedir(directory);
  text_add(agent->result, "%zu names, %d not found again, %zu after rewind\n", found, wrong, again);
}

/* Many files, read while they are removed: each name comes once. */
static void do_many(struct agent *agent, int count, char **argument) {
  (void)count;
  long wanted = number_of(argument[2]);
  char path[256];
  for (long i = 0; i < wanted; i++) {
    snprintf(path, sizeof path, "%s/%ld", argument[1], i);
    close(open(path, O_CREAT | O_WRONLY, 0644));
  }
  DIR *directory = opendir(argument[1]);
  long removed = 0;
  for (struct dirent *d; directory && (d = readdir(directory));) {
    removed += d->d_name[0] != '.' && unlinkat(dirfd(directory), d->d_name, 0) == 0;
  }
  if (directory) {
    closedir(directory);
  }
  text_add(agent->result, "%ld made, %ld removed\n", wanted, removed);
}

const struct operation directory_operations[] = {
    {"list", 1, do_list},
    {"listopen", 1, do_listopen},
    {"seekdir", 1, do_seekdir},
    {"many", 2, do_many},
    {NULL, 0, NULL},
};
