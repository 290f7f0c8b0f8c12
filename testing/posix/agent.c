/* Runs one line: "USER operation arguments; operation arguments; ..." */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 20, LONGEST_LINE = 16384 };

/* "uid", "uid:gid" or "uid:gid,more groups"; the group is that of the user's number unless said. */
static void become(char *user) {
  char *colon = strchr(user, ':');
  uid_t uid = (uid_t)atol(user);
  gid_t groups[16] = {uid};
  size_t count = 1;
  if (colon) {
    count = 0;
    for (char *word = strtok(colon + 1, ","); word && count < 16; word = strtok(NULL, ",")) {
      groups[count++] = (gid_t)atol(word);
    }
  }
  if (setgroups(count, groups) || setresgid(groups[0], groups[0], groups[0]) ||
      setresuid(uid, uid, uid)) {
    give_up("cannot become %s: %s", user, strerror(errno));
  }
}

/*
 * "\xHH" becomes a byte, "{255}" 255 letters, "{./300}" a path of 300 bytes that stays where it is,
 * "{}" nothing.
 */
static char *expand(const char *word, char *room) {
  char *out = room;
  while (*word) {
    if (word[0] == '\\' && word[1] == 'x') {
      *out++ = (char)strtol((char[]){word[2], word[3], 0}, NULL, 16);
      word += 4;
      continue;
    }
    if (*word != '{') {
      *out++ = *word++;
      continue;
    }
    bool path = word[1] == '.';
    long length = atol(word + (path ? 3 : 1));
    for (long i = 0; i < length; i++) {
      *out++ = path ? "./"[i % 2] : 'n';
    }
    const char *end = strchr(word, '}');
    word = end ? end + 1 : "";
  }
  *out = 0;
  return room;
}

static void run_operations(struct agent *agent, char *line) {
  static char rooms[MAX_ARGUMENTS][LONGEST_LINE];
  char *rest;
  for (char *each = strtok_r(line, ";", &rest); each; each = strtok_r(NULL, ";", &rest)) {
    char *argument[MAX_ARGUMENTS];
    int count = 0;
    char *words;
    for (char *word = strtok_r(each, " ", &words); word && count < MAX_ARGUMENTS;
         word = strtok_r(NULL, " ", &words)) {
      argument[count] = expand(word, rooms[count]);
      count++;
    }
    if (count > 0) {
      operation(agent, count, argument);
    }
  }
}

static void child(const char *directory, const char *line, int out) {
  struct text result = {0};
  struct agent agent = {.result = &result};
  char *words = strdup(line);
  char *rest = strchr(words, ' ');
  if (!rest) {
    give_up("a line without an operation: %s", line);
  }
  *rest++ = 0;
  alarm(PATIENCE_SECONDS);
  if (chdir(directory)) {
    give_up("%s: %s", directory, strerror(errno));
  }
  umask(022);
  become(words);
  run_operations(&agent, rest);
  for (size_t done = 0; done < result.length;) {
    ssize_t n = write(out, result.bytes + done, result.length - done);
    if (n <= 0) {
      _exit(3);
    }
    done += (size_t)n;
  }
  _exit(0);
}

void agent_run(const char *directory, const char *line, struct text *result) {
  int ends[2];
  if (pipe(ends)) {
    give_up("pipe: %s", strerror(errno));
  }
  fflush(NULL);
  pid_t pid = fork();
  if (pid < 0) {
    give_up("fork: %s", strerror(errno));
  }
  if (pid == 0) {
    close(ends[0]);
    child(directory, line, ends[1]);
  }
  close(ends[1]);
  char bytes[4096];
  for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;) {
    text_add(result, "%.*s", (int)n, bytes);
  }
  close(ends[0]);
  int status;
  waitpid(pid, &status, 0);
  if (status != 0) {
    text_add(result, "the process ended with status %#x\n", (unsigned)status);
  }
}
