/* One turn of each figure: does its operations, and says how long they took. */
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE = 64 };

/* xorshift64: cheap enough not to be what is measured. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return *state = x;
}

/* Every system walks the same offsets in the same round. */
static uint64_t seed(const struct run *run)
{
	return 0x9e3779b97f4a7c15u * (run->round + 1);
}

uint64_t turn_open(const struct run *run)
{
	const char *path = run->system->path;
	uint64_t i, start = now();

	for (i = 0; i < run->iterations; i++) {
		int fd = open(path, O_RDWR | O_CLOEXEC);

		if (fd < 0)
			fail("cannot open %s", path);
		close(fd);
	}
	return now() - start;
}

uint64_t turn_missing(const struct run *run)
{
	char path[PATH_MAX];
	uint64_t i, start = now();

	for (i = 0; i < run->iterations; i++) {
		/* A new name every time: a cache of missing names would answer without a lookup. */
		name_path(path, "%s/missing-%llu-%llu", run->system->path, (unsigned long long)run->round,
			  (unsigned long long)i);
		expect_missing(path);
	}
	return now() - start;
}

static uint64_t read_blocks(const struct run *run, size_t block, uint64_t blocks)
{
	uint64_t state = seed(run), i, start = now();
	int fd = run->system->fd;

	for (i = 0; i < run->iterations; i++) {
		off_t offset = (off_t)(next_random(&state) % blocks * block);

		ssize_t length = pread(fd, run->buffer, block, offset);

		if (length >= 0 && length != (ssize_t)block)
			errno = ENODATA;
		if (length != (ssize_t)block)
			fail("cannot read %zu bytes by %s", block, run->system->label);
	}
	return now() - start;
}

uint64_t turn_pread4k_hot(const struct run *run)
{
	return read_blocks(run, PAGE, 1);
}

uint64_t turn_pread4k(const struct run *run)
{
	return read_blocks(run, PAGE, run->size / PAGE);
}

uint64_t turn_pread1m(const struct run *run)
{
	return read_blocks(run, MIB, run->size / MIB);
}

uint64_t turn_mapped(const struct run *run)
{
	uint64_t state = seed(run), lines = run->size / LINE, sum = 0, i, start = now();

	for (i = 0; i < run->iterations; i++) {
		uint64_t random = next_random(&state);
		volatile uint64_t *line = (volatile uint64_t *)(run->system->map + random % lines * LINE);
		size_t word;

		if (random >> 63) /* half of them write */
			for (word = 0; word < LINE / sizeof *line; word++)
				line[word] = random;
		else
			for (word = 0; word < LINE / sizeof *line; word++)
				sum += line[word];
	}
	run->buffer[0] = (char)sum;
	return now() - start;
}

uint64_t turn_put(const struct run *run)
{
	uint64_t count = run->iterations;
	uint64_t elapsed = put_many(run->system->path, run->round, &count, false);

	drop_many(run->system->path, run->round, run->iterations);
	return elapsed;
}

uint64_t turn_list(const struct run *run)
{
	const char *path = run->system->path;
	uint64_t entries = 0, start = now(), elapsed;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long length;

	if (fd < 0)
		fail("cannot open %s", path);
	while ((length = syscall(SYS_getdents64, fd, run->buffer, LIST_BUFFER)) > 0) {
		long at = 0;

		while (at < length) {
			const struct dirent64 *entry = (const void *)(run->buffer + at);

			if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
				entries++;
			at += entry->d_reclen;
		}
	}
	if (length < 0)
		fail("cannot list %s", path);
	close(fd);
	elapsed = now() - start;
	if (entries != run->iterations) {
		errno = 0;
		fail("%s lists %llu entries instead of %llu", path, (unsigned long long)entries,
		     (unsigned long long)run->iterations);
	}
	return elapsed;
}
