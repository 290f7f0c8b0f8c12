/* Processes that do what they are told, one line at a time. */
#define _GNU_SOURCE
#include "vfiosteps.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 60, LONGEST_LINE = 1024 };

struct actor {
  pid_t pid;
  int channel;
};

static void answer(const struct world *world, char *line, int channel) {
  char *words[MOST_WORDS] = {0};
  int count = 0;
  for (char *rest, *word = strtok_r(line, " ", &rest); word && count < MOST_WORDS;
       word = strtok_r(NULL, " ", &rest)) {
    words[count++] = word;
  }
  errno = 0;
  const char *result = do_step(world, words, count);
  if (!result) result = strerrorname_np(errno);
  if (!result) result = "no errno";
  if (send(channel, result, strlen(result), MSG_NOSIGNAL) < 0) _exit(1);
}

static void act(const struct world *world, int channel) {
  char line[LONGEST_LINE];
  ssize_t length;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while ((length = recv(channel, line, sizeof line - 1, 0)) > 0) {
    line[length] = 0;
    /* A step that hangs ends its actor, and with it the run. */
    alarm(PATIENCE_SECONDS);
    answer(world, line, channel);
    alarm(0);
  }
  _exit(0);
}

struct actor *actor_start(const struct world *world) {
  struct actor *actor = malloc(sizeof *actor);
  int channel[2];
  if (!actor || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0) {
    give_up("socketpair: %s", strerror(errno));
  }
  fflush(NULL);
  actor->channel = channel[0];
  actor->pid = fork();
  if (actor->pid < 0) give_up("fork: %s", strerror(errno));
  if (actor->pid == 0) {
    close(channel[0]);
    act(world, channel[1]);
  }
  close(channel[1]);
  return actor;
}

void actor_tell(struct actor *actor, const char *line, char result[LONGEST_RESULT]) {
  ssize_t length = -1;
  if (send(actor->channel, line, strlen(line), MSG_NOSIGNAL) >= 0) {
    length = recv(actor->channel, result, LONGEST_RESULT - 1, 0);
  }
  if (length <= 0) give_up("the actor ended, or took more than %d s: %s", PATIENCE_SECONDS, line);
  result[length] = 0;
}

void actor_kill(struct actor *actor) {
  kill(actor->pid, SIGKILL);
  while (waitpid(actor->pid, NULL, 0) < 0 && errno == EINTR) continue;
  close(actor->channel);
  free(actor);
}
