/*
 * Holders of descriptors as a client sees them: a mount of fdboxfs by its socket `exchange`, or
 * s6-fdholderd. Both are spoken to in the same way, one call to send and one to receive, so that a
 * comparison is of the servers.
 */
#ifndef BENCH_HOLDER_H
#define BENCH_HOLDER_H

#include <stdbool.h>
#include <stddef.h>

enum verb { STORE, TAKE, REMOVE };

enum { REQUEST_SIZE = 320 };

struct protocol;

struct holder {
	const char *label;
	const struct protocol *protocol;
	const char *path; /* the mount, or the socket of s6-fdholderd */
	bool by_handle;   /* what is taken is named by an open handle of the mount */
};

struct request {
	char text[REQUEST_SIZE];
	size_t length;
};

/* Understands LABEL=fdboxfs:MOUNT, LABEL=handle:MOUNT and LABEL=s6:SOCKET, and changes the word. */
bool holder_parse(struct holder *holder, char *word);

int holder_dial(const struct holder *holder);

/* A connection that has been answered once, so that the server is done with accepting it. */
int holder_connect(const struct holder *holder);

void holder_request(const struct holder *holder, enum verb verb, const char *name, struct request *request);

/* Sends a request, with a descriptor unless that is -1, and waits for the answer, which must be success. */
void holder_do(const struct holder *holder, int connection, const struct request *request, int descriptor);

/* The same for a take. Returns what was taken. */
int holder_take(const struct holder *holder, int connection, const struct request *request, int handle);

/* A handle of the entry, opened by name on the mount. */
int holder_open_handle(const struct holder *holder, const char *name);

#endif
