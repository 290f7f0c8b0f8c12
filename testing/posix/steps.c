/*
 * Runs a script line by line in both directories, and compares what each line returned and what
 * the trees look like then.
 *
 *   # comment
 *   case NAME                 starts afresh in an empty directory
 *   case passthrough: NAME    only on a mount with passthrough: without, nothing shared is mapped
 *   case forwarded: NAME      only on a mount without
 *   USER operations           see agent.c; in both directories
 *   only USER operations => RESULTS    what the design excludes: in the box alone, with what it
 *                             must say, the results separated by blanks
 */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST_LINE = 4096 };

struct run {
  char *directory[2];
  struct tree *before[2];
  char title[256];
  int failed;
  int passed;
  bool case_failed;
};


static void look(struct run *run, struct text printed[2]) {
  for (int i = 0; i < 2; i++) {
    struct tree *now = tree_read(run->directory[i], false);
    if (printed) {
      tree_print(now, run->before[i], true, &printed[i]);
    }
    tree_free(run->before[i]);
    run->before[i] = now;
  }
}

static void end_case(struct run *run) {
  if (*run->title) {
    run->failed += run->case_failed;
    run->passed += !run->case_failed;
  }
  run->case_failed = false;
}

static void start_case(struct run *run, const char *title, const char *above[2]) {
  end_case(run);
  snprintf(run->title, sizeof run->title, "%.255s", title);
  for (int i = 0; i < 2; i++) {
    remove_below(above[i], "work");
    if (mkdir(run->directory[i], 0755) || chmod(run->directory[i], 0755)) {
      give_up("%s: %s", run->directory[i], strerror(errno));
    }
  }
  look(run, NULL);
}

static void report(struct run *run, const char *line) {
  printf("%s: %s\n", run->title, line);
  run->case_failed = true;
}

static void run_both(struct run *run, const char *line) {
  struct text result[2] = {{0}, {0}};
  wait_for_tick();
  for (int i = 0; i < 2; i++) {
    agent_run(run->directory[i], line, &result[i]);
  }
  look(run, result);
  if (strcmp(result[0].bytes, result[1].bytes)) {
    report(run, line);
    text_differences(result[0].bytes, result[1].bytes, stdout);
  }
  text_clear(&result[0]);
  text_clear(&result[1]);
}

/* The results alone: what follows the colon of each operation. */
static void results_of(const struct text *result, struct text *into) {
  char *copy = strdup(result->bytes);
  char *rest;
  for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    const char *result = line;
    for (const char *colon; (colon = strstr(result, ": "));) {
      result = colon + 2;
    }
    text_add(into, "%s%s", into->length ? " " : "", result);
  }
  free(copy);
}

static void run_only(struct run *run, char *line) {
  char *expected = strstr(line, " => ");
  if (!expected) {
    give_up("%s: no result: %s", run->title, line);
  }
  *expected = 0;
  expected += 4;
  struct text result = {0};
  struct text results = {0};
  agent_run(run->directory[1], line, &result);
  results_of(&result, &results);
  if (!results.bytes || strcmp(results.bytes, expected)) {
    report(run, line);
    printf("    wanted: %s\n    got:    %s\n", expected, results.bytes ? results.bytes : "nothing");
  }
  text_clear(&result);
  text_clear(&results);
  look(run, NULL);
}

/* Whether a mount without passthrough, or one with, has no such case. */
static bool is_left_out(const char *title, bool forwarded) {
  const char *mark = forwarded ? "passthrough: " : "forwarded: ";
  return !strncmp(title, mark, strlen(mark));
}

int steps_mode(const char *reference, const char *box, const char *script, bool forwarded,
               int *passed) {
  const char *above[] = {reference, box};
  struct run run = {0};
  for (int i = 0; i < 2; i++) {
    if (asprintf(&run.directory[i], "%s/work", above[i]) < 0) {
      abort();
    }
  }
  FILE *file = fopen(script, "r");
  if (!file) {
    give_up("%s: %s", script, strerror(errno));
  }
  char line[LONGEST_LINE];
  bool left_out = false;
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    if (!strncmp(line, "case ", 5)) {
      left_out = is_left_out(line + 5, forwarded);
      if (!left_out) {
        start_case(&run, line + 5, above);
      }
    } else if (left_out) {
      continue;
    } else if (!strncmp(line, "only ", 5)) {
      run_only(&run, line + 5);
    } else if (*line && *line != '#') {
      run_both(&run, line);
    }
  }
  fclose(file);
  end_case(&run);
  for (int i = 0; i < 2; i++) {
    tree_free(run.before[i]);
    remove_below(above[i], "work");
    free(run.directory[i]);
  }
  *passed += run.passed;
  return run.failed;
}
