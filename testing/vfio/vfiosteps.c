/*
 * vfiosteps takes the same steps twice, with VFIO's own nodes and with entries of a box, and compares
 * what came of each with what is written.
 *
 *   vfiosteps MOUNT POLICIES UUID NAME=NODE... -- SCRIPT...
 *
 * UUID is the device as its group knows it. A script has lines:
 *
 *   # comment
 *   case NAME               starts afresh: no actor, an empty box, the default policy
 *   case entries: NAME      with entries only
 *   policy FILE             puts the policy POLICIES/FILE.yaml in force
 *   has NAME...             puts what the nodes give when they are opened, in entries of that name
 *   ACTOR STEP => RESULT    both times
 *   ACTOR STEP => RESULT | RESULT    with nodes, with entries: a difference that is meant
 *
 * An actor is a letter, a process of its own; "ACTOR dies" kills it. The steps are in do.c.
 */
#define _GNU_SOURCE
#include "vfiosteps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST_LINE = 1024 };

struct run {
  struct world world;
  const char *mount, *policies;
  struct actor *actors[26];
  const char *script;
  int line;
  char title[128];
  bool entries_only;
  int same, different, own, failed;
};

static struct run run;

void give_up(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "vfiosteps: %s:%d: ", run.script, run.line);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(2);
}

const char *node_of(const struct world *world, const char *name) {
  size_t length = strlen(name);
  for (char *const *each = world->nodes; *each; each++) {
    if (!strncmp(*each, name, length) && (*each)[length] == '=') return *each + length + 1;
  }
  return NULL;
}

/* ---- the box ---- */

static void set_policy(const char *text, size_t length) {
  char path[4096];
  snprintf(path, sizeof path, "%s/.fdbox/policy", run.mount);
  int fd = open(path, O_WRONLY | O_TRUNC);
  if (fd < 0 || write(fd, text, length) != (ssize_t)length || close(fd) != 0) {
    give_up("%s: %s", path, strerror(errno));
  }
}

static void use_policy(const char *name) {
  char path[4096], text[65536];
  snprintf(path, sizeof path, "%s/%s.yaml", run.policies, name);
  FILE *file = fopen(path, "r");
  if (!file) give_up("%s: %s", path, strerror(errno));
  size_t length = fread(text, 1, sizeof text, file);
  fclose(file);
  set_policy(text, length);
}

static void put_node(const char *name) {
  const char *node = node_of(&run.world, name);
  char target[64], path[4096];
  int fd = node ? open(node, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) give_up("cannot open the node of %s: %s", name, strerror(errno));
  snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
  snprintf(path, sizeof path, "%s/%s", run.world.box, name);
  if (symlink(target, path) != 0) give_up("cannot put %s: %s", name, strerror(errno));
  close(fd);
}

static void empty_box(void) {
  char command[4200];
  snprintf(command, sizeof command, "rm -rf '%s'", run.world.box);
  if (system(command) != 0 || mkdir(run.world.box, 0755) != 0) {
    give_up("cannot make a new %s", run.world.box);
  }
}

/* ---- lines ---- */

static void end_case(void) {
  for (int i = 0; i < 26; i++) {
    if (run.actors[i]) actor_kill(run.actors[i]);
    run.actors[i] = NULL;
  }
}

static void start_case(const char *title) {
  end_case();
  run.entries_only = !strncmp(title, "entries: ", 9);
  snprintf(run.title, sizeof run.title, "%.127s", title);
  if (run.world.box) {
    empty_box();
    set_policy("version: 1\n", 11);
  }
}

static void take_step(char letter, const char *step, char result[LONGEST_RESULT]) {
  if (letter < 'a' || letter > 'z') give_up("an actor is a letter from a to z");
  struct actor **actor = &run.actors[letter - 'a'];
  if (strcmp(step, "dies") != 0) {
    if (!*actor) *actor = actor_start(&run.world);
    actor_tell(*actor, step, result);
    return;
  }
  if (!*actor) give_up("%c has done nothing yet", letter);
  actor_kill(*actor);
  *actor = NULL;
  strcpy(result, "ok");
}

static void judge(char *line) {
  char *wanted = strstr(line, " => ");
  if (!wanted || line[1] != ' ') give_up("not understood: %s", line);
  *wanted = 0;
  wanted += 4;
  char *other = strstr(wanted, " | ");
  if (other) *other = 0;
  if (other && run.world.box) wanted = other + 3;
  char result[LONGEST_RESULT];
  take_step(line[0], line + 2, result);
  if (strcmp(result, wanted) != 0) {
    printf("%s:%d: %s, with %s: %s => %s, not %s\n", run.script, run.line, run.title,
           run.world.box ? "entries" : "nodes", line, result, wanted);
    run.failed++;
  } else if (run.world.box) {
    *(run.entries_only ? &run.own : other ? &run.different : &run.same) += 1;
  }
}

static void read_line(char *line) {
  if (!strncmp(line, "case ", 5)) {
    start_case(line + 5);
  } else if (*line == '#' || *line == 0 || (run.entries_only && !run.world.box)) {
    return;
  } else if (!strncmp(line, "policy ", 7)) {
    if (run.world.box) use_policy(line + 7);
  } else if (!strncmp(line, "has ", 4)) {
    for (char *rest, *name = strtok_r(line + 4, " ", &rest); name && run.world.box;
         name = strtok_r(NULL, " ", &rest)) {
      put_node(name);
    }
  } else {
    judge(line);
  }
}

static void run_script(const char *path) {
  char line[LONGEST_LINE];
  FILE *file = fopen(path, "r");
  const char *slash = strrchr(path, '/');
  run.script = slash ? slash + 1 : path;
  run.line = 0;
  if (!file) give_up("%s", strerror(errno));
  while (fgets(line, sizeof line, file)) {
    run.line++;
    line[strcspn(line, "\n")] = 0;
    read_line(line);
  }
  end_case();
  fclose(file);
}

int main(int count, char **words) {
  int scripts = 4;
  while (scripts < count && strcmp(words[scripts], "--") != 0) scripts++;
  if (scripts >= count - 1) {
    fprintf(stderr, "usage: vfiosteps MOUNT POLICIES UUID NAME=NODE... -- SCRIPT...\n");
    return 2;
  }
  words[scripts] = NULL;
  char box[4096], socket[4096];
  run.mount = words[1];
  run.policies = words[2];
  snprintf(box, sizeof box, "%s/vfio", run.mount);
  snprintf(socket, sizeof socket, "%s/.fdbox/exchange", run.mount);
  run.world = (struct world){.exchange = socket, .uuid = words[3], .nodes = words + 4};
  if (mkdir(box, 0755) != 0) give_up("%s: %s", box, strerror(errno));
  for (char **script = words + scripts + 1; *script; script++) {
    run.world.box = NULL;
    run_script(*script);
    run.world.box = box;
    run_script(*script);
    empty_box();
  }
  rmdir(box);
  printf("%d steps are the same with nodes and entries, %d differ as written, %d are of entries only, %d failed\n",
         run.same, run.different, run.own, run.failed);
  return run.failed > 0;
}
