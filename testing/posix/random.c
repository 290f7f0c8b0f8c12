/*
 * Random lines over a small tree, by several users, in both directories: each must return the same,
 * and from time to time the trees must look the same.
 */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LOOK_EVERY = 25, LAST_LINES = 12, LONGEST_LINE = 1024 };

static const char *const users[] = {"0", "65534", "65533", "65534:65533", "65533:65533,65534"};
static const char *const modes[] = {"0644", "0600", "0666", "0755", "0777", "01777",
                                    "02775", "04755", "06777", "0400", "0000", "0220"};
static const char *const flags[] = {"rdonly",           "wronly",       "rdwr",
                                    "rdwr+creat",       "wronly+creat", "rdwr+creat+excl",
                                    "wronly+trunc",     "rdonly+trunc", "wronly+creat+append",
                                    "rdonly+directory", "rdonly+creat", "rdwr+creat+trunc"};
static const char *const ids[] = {"-1", "0", "65534", "65533"};
static const char *const times[] = {"now", "omit", "1000000000.5", "1234567890.123456789"};

/* What else differs by design, see the scripts, is not made: an empty file is not cut to nothing. */
#define ANY(list) ((list)[chance_below(chance, sizeof(list) / sizeof *(list))])

/* One to three names of few: what is made is often met again. */
static void path(struct chance *chance, char *into) {
  static const char *const names[] = {"a", "b", "c", "d"};
  uint32_t parts = 1 + chance_below(chance, 3);
  *into = 0;
  for (uint32_t i = 0; i < parts; i++) {
    strcat(into, i ? "/" : "");
    strcat(into, ANY(names));
  }
}

static long offset(struct chance *chance) {
  static const long near[] = {0, 1, 4095, 4096, 4097, 65536, 100000};
  return chance_below(chance, 2) ? ANY(near) : (long)chance_below(chance, 200000);
}

/* Something with the open file 0. */
static void on_file(struct chance *chance, bool forwarded, struct text *line) {
  long at = offset(chance);
  long length = 1 + offset(chance);
  static const char *const shapes[] = {"0", "keep", "punch"};
  switch (chance_below(chance, forwarded ? 12 : 14)) {
  case 0:
    text_add(line, "; write 0 text%u", chance_below(chance, 100000));
    break;
  case 1:
    text_add(line, "; fill 0 %ld %ld", length, at);
    break;
  case 2:
    text_add(line, "; read 0 %ld %ld", length, at);
    break;
  case 3:
    text_add(line, "; ftruncate 0 %ld", at);
    break;
  case 4:
    text_add(line, "; fallocate 0 %s %ld %ld", ANY(shapes), at, length);
    break;
  case 5:
    text_add(line, "; lseek 0 %ld %s", at, chance_below(chance, 2) ? "data" : "hole");
    break;
  case 6:
    text_add(line, "; fchmod 0 %s", ANY(modes));
    break;
  case 7:
    text_add(line, "; fchown 0 %s %s", ANY(ids), ANY(ids));
    break;
  case 8:
    text_add(line, "; futimens 0 %s %s", ANY(times), ANY(times));
    break;
  case 12:
    text_add(line, "; map 0 rdwr shared 4096 %ld mapped", at);
    break;
  case 13:
    text_add(line, "; map 0 rdonly shared %ld %ld", length, at);
    break;
  case 9:
    text_add(line, "; copy 0 %ld 0 %ld %ld", at, at + 70000, length % 60000);
    break;
  default:
    text_add(line, "; fstat 0");
    break;
  }
}

static void next_line(struct chance *chance, bool forwarded, struct text *line) {
  char one[64];
  char other[64];
  path(chance, one);
  path(chance, other);
  text_add(line, "%s ", ANY(users));
  switch (chance_below(chance, 20)) {
  case 0:
  case 1:
    text_add(line, "mkdir %s %s", one, ANY(modes));
    break;
  case 2:
    text_add(line, "rmdir %s", one);
    break;
  case 3:
    text_add(line, "unlink %s", one);
    break;
  case 4:
  case 5:
    text_add(line, "rename %s %s", one, other);
    break;
  case 6:
    text_add(line, "rename %s %s noreplace", one, other);
    break;
  case 7:
    text_add(line, "chmod %s %s", one, ANY(modes));
    break;
  case 8:
    text_add(line, "chown %s %s %s", one, ANY(ids), ANY(ids));
    break;
  case 9:
    text_add(line, "truncate %s %ld", one, 1 + offset(chance));
    break;
  case 10:
    text_add(line, "utimens %s %s %s; touch %s", one, ANY(times), ANY(times), other);
    break;
  case 11:
    text_add(line, "access %s %s; stat %s; list %s", one, chance_below(chance, 2) ? "r" : "wx", one,
             other);
    break;
  default:
    text_add(line, "open %s %s %s", one, ANY(flags), ANY(modes));
    for (uint32_t i = chance_below(chance, 5); i > 0; i--) {
      on_file(chance, forwarded, line);
      if (chance_below(chance, 12) == 0) {
        text_add(line, chance_below(chance, 2) ? "; unlink %s" : "; rename %s d/d", one);
      }
    }
    break;
  }
}

static bool looks_the_same(char *const directory[2], bool forwarded) {
  struct text printed[2] = {{0}, {0}};
  for (int i = 0; i < 2; i++) {
    struct tree *tree = tree_read(directory[i], true);
    tree_print(tree, NULL, !forwarded, &printed[i]);
    tree_free(tree);
  }
  int found = text_differences(printed[0].bytes, printed[1].bytes, stdout);
  text_clear(&printed[0]);
  text_clear(&printed[1]);
  return found == 0;
}

int random_mode(const char *reference, const char *box, uint64_t seed, long operations,
                bool forwarded, int *passed) {
  const char *above[] = {reference, box};
  char *directory[2];
  char *last[LAST_LINES] = {NULL};
  struct chance chance = {seed};
  for (int i = 0; i < 2; i++) {
    remove_below(above[i], "random");
    if (asprintf(&directory[i], "%s/random", above[i]) < 0 || mkdir(directory[i], 0777) ||
        chmod(directory[i], 01777)) {
      give_up("%s: %s", directory[i], strerror(errno));
    }
  }
  bool same = true;
  for (long n = 0; same && n < operations; n++) {
    struct text line = {0};
    struct text result[2] = {{0}, {0}};
    next_line(&chance, forwarded, &line);
    for (int i = 0; i < 2; i++) {
      agent_run(directory[i], line.bytes, &result[i]);
    }
    free(last[n % LAST_LINES]);
    last[n % LAST_LINES] = strdup(line.bytes);
    same = text_differences(result[0].bytes, result[1].bytes, stdout) == 0;
    if (same && (n % LOOK_EVERY == LOOK_EVERY - 1 || n == operations - 1)) {
      same = looks_the_same(directory, forwarded);
    }
    *passed += same;
    if (!same) {
      printf("random: different after line %ld of seed %llu; the last lines:\n", n + 1,
             (unsigned long long)seed);
      for (long k = n >= LAST_LINES ? n - LAST_LINES + 1 : 0; k <= n; k++) {
        printf("    %s\n", last[k % LAST_LINES]);
      }
    }
    text_clear(&line);
    text_clear(&result[0]);
    text_clear(&result[1]);
  }
  for (int i = 0; i < 2; i++) {
    remove_below(above[i], "random");
    free(directory[i]);
  }
  for (int i = 0; i < LAST_LINES; i++) {
    free(last[i]);
  }
  return !same;
}
