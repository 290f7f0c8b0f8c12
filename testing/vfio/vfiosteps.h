#ifndef VFIOSTEPS_H
#define VFIOSTEPS_H

#include <stdbool.h>
#include <stddef.h>

enum { LONGEST_RESULT = 256, MOST_WORDS = 8 };

/* Where a name leads: to a node of the kernel, or to an entry of the same name. */
struct world {
  const char *box;          /* the directory of the entries; NULL where names are the kernel's */
  const char *exchange;     /* the socket of the mount */
  const char *uuid;         /* of the device, as its group knows it */
  char *const *nodes;       /* NAME=NODE, ended by NULL */
};

/* The node of a name, or NULL. */
const char *node_of(const struct world *world, const char *name);

/* A process that makes system calls, one for each letter; started when it is first told something. */
struct actor;

struct actor *actor_start(const struct world *world);

/* Has it do one thing; what came of it is a word or more, "ok", or the name of an errno. */
void actor_tell(struct actor *actor, const char *line, char result[LONGEST_RESULT]);

/* Kills it and waits until it is gone. */
void actor_kill(struct actor *actor);

/* What an actor does: one line, in this process. Returns a result or, after an errno, NULL. */
const char *do_step(const struct world *world, char *words[], int count);

/*
 * Sends a request with one descriptor, or none (-1), to the exchange socket. The descriptors of the
 * answer go to taken, its names to names. Returns their number, or -1 with errno.
 */
int exchange(const char *socket_path, const char *request, int fd, int *taken,
             char names[][64], int most);

/* Ends the run: the steps themselves cannot be made. */
__attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *format, ...);

#endif
