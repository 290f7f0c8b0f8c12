/*
 * One actor of a scenario: it makes the system calls of each step and tells what came of them.
 * fdboxfs compare compiles this with the headers for clients, starts one for each actor, and talks
 * to it in lines (main.c).
 */
#ifndef ACTOR_H
#define ACTOR_H

#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	MOST_WORDS = 8,
	MOST_SLOTS = 512,
	LONGEST_NAME = 80,
	LONGEST_TEXT = 8192,
	LONGEST_SHELL = 20,	/* seconds; fdboxfs compare waits longer */
	/* No such system call: its only use is to be seen by the tracer. */
	MARK = 0x2fdb,
};

/* A descriptor with the name that the scenario gave to it. */
struct slot {
	char name[LONGEST_NAME];
	int fd;		/* -1 when it is not ours any more: the kernel then says EBADF */
	int claim;	/* the handle that goes with a real descriptor, else -1 */
	bool directory;
	int rest[64];	/* what else a take of a group brought */
	int rests;
};

/* What came of the step at hand; the text is read with the answer. */
extern char text[LONGEST_TEXT];
extern const char *mountpoint;
extern const char *device;

/* Which system calls lie between these two belongs to the step, and nothing else does. */
void begin(void);
/* Keeps errno where the result is negative, and gives the result back. */
long end(long result);

/* The slot of a name, or NULL. */
struct slot *find(const char *name);
/* Gives a name to a descriptor; without a name the descriptor is closed. */
void keep(const char *name, int fd, int claim);
void forget(struct slot *slot);

/* A step: what it is called, how many words follow, and what does it (0, or -1 and errno). */
struct command {
	const char *name;
	int words;
	int (*run)(char **word);
};

extern const struct command own_commands[];
extern const struct command filesystem_commands[];
extern const struct command device_commands[];

/* The machine lacks what the step needs: says so and ends the step. */
int unable(const char *what);

int access_flags(const char *access);

/* Becomes who the scenario says: 0, or -1 and errno. */
int become(uid_t uid, gid_t gid, const char *groups, uint64_t capabilities);

/* Runs in the child; the parent counts what it does and never returns. */
void be_traced(void);

#endif
