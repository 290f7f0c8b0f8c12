/* Operations on what stat(2) shows of a file, and on its extended attributes. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static void do_chmod(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, chmod(argument[1], mode_of(argument[2])));
}

static void do_chown(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, chown(argument[1], (uid_t)atol(argument[2]), (gid_t)atol(argument[3])));
}

static void do_truncate(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, truncate(argument[1], number_of(argument[2])));
}

static struct timespec time_of(const char *word) {
  if (!strcmp(word, "now")) {
    return (struct timespec){0, UTIME_NOW};
  }
  if (!strcmp(word, "omit")) {
    return (struct timespec){0, UTIME_OMIT};
  }
  const char *dot = strchr(word, '.');
  return (struct timespec){atol(word), dot ? atol(dot + 1) : 0};
}

static void do_utimens(struct agent *agent, int count, char **argument) {
  (void)count;
  struct timespec times[2] = {time_of(argument[2]), time_of(argument[3])};
  answer(agent, utimensat(AT_FDCWD, argument[1], times, 0));
}

/* With no times at all: for that, write permission is enough. */
static void do_touch(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, utimensat(AT_FDCWD, argument[1], NULL, 0));
}

static void do_futimens(struct agent *agent, int count, char **argument) {
  (void)count;
  struct timespec times[2] = {time_of(argument[2]), time_of(argument[3])};
  answer(agent, futimens(file_of(agent, argument[1]), times));
}

static void show(struct agent *agent, int result, const struct stat *s) {
  if (result) {
    answer(agent, -1);
    return;
  }
  bool directory = S_ISDIR(s->st_mode);
  text_add(agent->result, "mode %o links %ld owner %u:%u size %lld blocks %lld\n", s->st_mode,
           (long)s->st_nlink, s->st_uid, s->st_gid, directory ? 0 : (long long)s->st_size,
           directory ? 0 : (long long)s->st_blocks);
}

static void do_stat(struct agent *agent, int count, char **argument) {
  (void)count;
  struct stat s;
  show(agent, lstat(argument[1], &s), &s);
}

static void do_fstat(struct agent *agent, int count, char **argument) {
  (void)count;
  struct stat s;
  show(agent, fstat(file_of(agent, argument[1]), &s), &s);
}

/* Which times of a file an operation moves: "moves PATH operation arguments". */
static void do_moves(struct agent *agent, int count, char **argument) {
  struct stat before;
  struct stat after;
  wait_for_tick();
  if (lstat(argument[1], &before)) {
    answer(agent, -1);
    return;
  }
  wait_for_tick();
  operation(agent, count - 2, argument + 2);
  if (lstat(argument[1], &after)) {
    answer(agent, -1);
    return;
  }
#define MOVED(field) (memcmp(&before.field, &after.field, sizeof before.field) != 0)
  text_add(agent->result, "%s%s%s moved\n", MOVED(st_atim) ? "a" : "", MOVED(st_mtim) ? "m" : "",
           MOVED(st_ctim) ? "c" : "");
#undef MOVED
}

static int access_of(const char *word) {
  return (strchr(word, 'r') ? R_OK : 0) | (strchr(word, 'w') ? W_OK : 0) |
         (strchr(word, 'x') ? X_OK : 0);
}

static void do_access(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, access(argument[1], access_of(argument[2])));
}

static void do_setxattr(struct agent *agent, int count, char **argument) {
  int flags = count > 4 ? (int)number_of(argument[4]) : 0;
  answer(agent, setxattr(argument[1], argument[2], argument[3], strlen(argument[3]), flags));
}

static void do_getxattr(struct agent *agent, int count, char **argument) {
  char value[256];
  size_t room = count > 3 ? (size_t)number_of(argument[3]) : sizeof value;
  ssize_t n = getxattr(argument[1], argument[2], value, room);
  if (n < 0 || room == 0) {
    answer(agent, n);
  } else {
    text_add(agent->result, "%.*s\n", (int)n, value);
  }
}

static void do_removexattr(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, removexattr(argument[1], argument[2]));
}

const struct operation attribute_operations[] = {
    {"chmod", 2, do_chmod},
    {"chown", 3, do_chown},
    {"truncate", 2, do_truncate},
    {"utimens", 3, do_utimens},
    {"touch", 1, do_touch},
    {"futimens", 3, do_futimens},
    {"stat", 1, do_stat},
    {"fstat", 1, do_fstat},
    {"moves", 3, do_moves},
    {"access", 2, do_access},
    {"setxattr", 3, do_setxattr},
    {"getxattr", 2, do_getxattr},
    {"removexattr", 2, do_removexattr},
    {NULL, 0, NULL},
};
