#include "measure.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

void fail(const char *format, ...)
{
	int error = errno;
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, error ? ": %s\n" : "\n", strerror(error));
	exit(EXIT_FAILURE);
}

void *allocate(size_t size)
{
	void *memory = aligned_alloc(PAGE, (size + PAGE - 1) / PAGE * PAGE);

	if (memory == NULL)
		fail("no memory");
	memset(memory, 0, size);
	return memory;
}

int new_memory(size_t size)
{
	int fd = memfd_create("bench", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, (off_t)size) < 0)
		fail("cannot create a memfd of %zu bytes", size);
	return fd;
}

uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

uint64_t read_number(const char *text)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	return errno != 0 || end == text || *end != '\0' || number > INT_MAX ? 0 : number;
}

char *split_label(char *text)
{
	char *equals = strchr(text, '=');

	if (equals == NULL)
		return NULL;
	*equals = '\0';
	return equals + 1;
}

static int compare_samples(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void sort_samples(uint64_t samples[], size_t count)
{
	qsort(samples, count, sizeof *samples, compare_samples);
}

void report(const char *figure, const char *label, uint64_t samples[], size_t rounds, double operations,
	    uint64_t iterations)
{
	sort_samples(samples, rounds);
	printf("figure=%s system=%s best=%.1f median=%.1f worst=%.1f rounds=%zu iterations=%llu\n", figure, label,
	       (double)samples[0] / operations,
	       (double)(samples[(rounds - 1) / 2] + samples[rounds / 2]) / 2 / operations,
	       (double)samples[rounds - 1] / operations, rounds, (unsigned long long)iterations);
}
