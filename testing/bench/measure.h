/* What the measuring programs of the benchmark share. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stddef.h>
#include <stdint.h>

enum {
	KIB = 1 << 10,
	MIB = 1 << 20,
	PAGE = 4 * KIB,
	MAX_SYSTEMS = 8,
};

/* Ends the program with this sentence on standard error, and errno's own words if it is not 0. */
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Zeroed and page aligned, so that every run copies to equally placed memory. */
void *allocate(size_t size);

/* A memfd of its own. */
int new_memory(size_t size);

/* Nanoseconds of the monotonic clock. */
uint64_t now(void);

void pause_ms(long ms);

/* The number in a word of the command line: 1 to INT_MAX, or 0 if it is none. */
uint64_t read_number(const char *text);

/* Splits LABEL=REST in place and returns REST, or NULL. */
char *split_label(char *text);

void sort_samples(uint64_t samples[], size_t count);

/*
 * Prints figure=F system=LABEL best=NS median=NS worst=NS rounds=R iterations=N from the nanoseconds
 * of each round, which are sorted, as nanoseconds per operation.
 */
void report(const char *figure, const char *label, uint64_t samples[], size_t rounds, double operations,
	    uint64_t iterations);

#endif
