/* What the parts of the probe share. */
#ifndef BENCH_PROBE_H
#define BENCH_PROBE_H

#include "measure.h"

#include <limits.h>
#include <stdbool.h>

enum {
	/* The buffer that ls uses. */
	LIST_BUFFER = 32 * KIB,
};

/* One system under test, or one way to the same memory. */
struct system {
	const char *label;
	const char *path;
	int fd;
	char *map;
	uint64_t *samples;
};

struct run {
	struct system *system;
	uint64_t iterations;
	uint64_t round;
	size_t size; /* of the memory that is read, in bytes */
	char *buffer;
};

/* Does run->iterations operations and returns the nanoseconds that these took. */
typedef uint64_t (*turn_fn)(const struct run *run);

/* entries.c: names in boxes. */
void name_path(char path[PATH_MAX], const char *format, ...) __attribute__((format(printf, 2, 3)));
void entry_path(char path[PATH_MAX], const char *directory, uint64_t round, uint64_t index);
void expect_missing(const char *path);
void put(int fd, const char *path);
void drop(const char *path);
/*
 * Puts *count different descriptors; only the symlink calls are timed. Where full_allowed is set it
 * ends early when the server may hold no more descriptors, and *count becomes how many it took.
 */
uint64_t put_many(const char *directory, uint64_t round, uint64_t *count, bool full_allowed);
/* The rest of a large directory; directories need no descriptor. */
void make_directories(const char *directory, uint64_t from, uint64_t to);
void drop_many(const char *directory, uint64_t round, uint64_t count);

/* turns.c: one turn of each figure. */
uint64_t turn_open(const struct run *run);
uint64_t turn_missing(const struct run *run);
uint64_t turn_pread4k_hot(const struct run *run);
uint64_t turn_pread4k(const struct run *run);
uint64_t turn_pread1m(const struct run *run);
uint64_t turn_mapped(const struct run *run);
uint64_t turn_put(const struct run *run);
uint64_t turn_list(const struct run *run);

/* load.c: a mix of everything. */
void load(unsigned seconds, const char *box);

#endif
