/* Names in boxes: putting, removing, and what is not there. */
#include "probe.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* Descriptors held at once while putting: well below the usual soft limit of 1024. */
	PUT_BATCH = 256,
	/* What a put descriptor holds; small, so that 100,000 of them fit everywhere. */
	PUT_SIZE = PAGE,
};

void name_path(char path[PATH_MAX], const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(path, PATH_MAX, format, args);
	va_end(args);
	if (length < 0 || length >= PATH_MAX) {
		errno = ENAMETOOLONG;
		fail("%s", format);
	}
}

void put(int fd, const char *path)
{
	char target[64];

	snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
	if (symlink(target, path) < 0)
		fail("cannot put %s", path);
}

void drop(const char *path)
{
	if (unlink(path) < 0 && (errno != EISDIR || rmdir(path) < 0))
		fail("cannot remove %s", path);
}

/* A round of its own makes names of its own: nothing that remembers an earlier name can help. */
void entry_path(char path[PATH_MAX], const char *directory, uint64_t round, uint64_t index)
{
	name_path(path, "%s/entry-%llu-%07llu", directory, (unsigned long long)round,
		  (unsigned long long)index);
}

uint64_t put_many(const char *directory, uint64_t round, uint64_t *count, bool full_allowed)
{
	static char paths[PUT_BATCH][PATH_MAX];
	static char targets[PUT_BATCH][32];
	int fds[PUT_BATCH];
	uint64_t done, elapsed = 0;
	bool full = false;

	for (done = 0; done < *count && !full;) {
		uint64_t left = *count - done, start;
		int batch = left < PUT_BATCH ? (int)left : PUT_BATCH, put_now, i;

		for (i = 0; i < batch; i++) {
			fds[i] = new_memory(PUT_SIZE);
			entry_path(paths[i], directory, round, done + (uint64_t)i);
			snprintf(targets[i], sizeof targets[i], "/proc/self/fd/%d", fds[i]);
		}
		start = now();
		for (put_now = 0; put_now < batch; put_now++)
			if (symlink(targets[put_now], paths[put_now]) < 0)
				break;
		elapsed += now() - start;
		full = put_now < batch;
		if (full && !(full_allowed && (errno == ENFILE || errno == EMFILE)))
			fail("cannot put %s", paths[put_now]);
		for (i = 0; i < batch; i++)
			close(fds[i]);
		done += (uint64_t)put_now;
	}
	*count = done;
	return elapsed;
}

void make_directories(const char *directory, uint64_t from, uint64_t to)
{
	char path[PATH_MAX];

	for (; from < to; from++) {
		entry_path(path, directory, 0, from);
		if (mkdir(path, 0700) < 0)
			fail("cannot make %s", path);
	}
}

void drop_many(const char *directory, uint64_t round, uint64_t count)
{
	char path[PATH_MAX];
	uint64_t i;

	for (i = 0; i < count; i++) {
		entry_path(path, directory, round, i);
		drop(path);
	}
}

void expect_missing(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		errno = EEXIST;
	if (errno != ENOENT)
		fail("%s should be missing", path);
}
