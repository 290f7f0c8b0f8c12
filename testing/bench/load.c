/* The mixed load: each operation again and again on a thread of its own, all in one box. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOAD_DIRECTORY_ENTRIES = 500 };

static atomic_bool load_over;

struct worker {
	const char *operation;
	void (*work)(struct worker *worker);
	const char *box;
	uint64_t count;
	const char *unavailable;
	pthread_t thread;
};

static void load_open(struct worker *worker)
{
	char path[PATH_MAX];
	int fd = new_memory(MIB);

	name_path(path, "%s/load-open", worker->box);
	put(fd, path);
	for (; !load_over; worker->count++) {
		int handle = open(path, worker->count % 2 ? O_RDWR : O_RDONLY);

		if (handle < 0)
			fail("cannot open %s", path);
		close(handle);
	}
	close(fd);
	drop(path);
}

static void load_stat(struct worker *worker)
{
	char missing[PATH_MAX];
	struct stat st;

	for (; !load_over; worker->count++) {
		name_path(missing, "%s/load-missing-%llu", worker->box, (unsigned long long)worker->count);
		expect_missing(missing);
		if (stat(worker->box, &st) < 0)
			fail("cannot stat %s", worker->box);
	}
}

static void load_list(struct worker *worker)
{
	struct system system = { .label = "load" };
	struct run run = { .system = &system, .iterations = LOAD_DIRECTORY_ENTRIES,
			   .buffer = allocate(LIST_BUFFER) };
	char directory[PATH_MAX], path[PATH_MAX];
	uint64_t i;
	int fd = new_memory(PAGE);

	name_path(directory, "%s/load-list", worker->box);
	if (mkdir(directory, 0700) < 0)
		fail("cannot make %s", directory);
	for (i = 0; i < run.iterations; i++) {
		entry_path(path, directory, 0, i);
		put(fd, path);
	}
	close(fd);
	system.path = directory;
	for (; !load_over; worker->count++)
		turn_list(&run);
	drop_many(directory, 0, run.iterations);
	if (rmdir(directory) < 0)
		fail("cannot remove %s", directory);
	free(run.buffer);
}

static void load_put(struct worker *worker)
{
	char path[PATH_MAX];

	for (; !load_over; worker->count++) {
		int fd = new_memory(PAGE);

		name_path(path, "%s/load-put-%llu", worker->box, (unsigned long long)worker->count);
		put(fd, path);
		close(fd);
		drop(path);
	}
}

/* A file created in the box is memory too: written, grown, read back and removed. */
static void load_create(struct worker *worker)
{
	char path[PATH_MAX], *buffer = allocate(64 * KIB);

	for (; !load_over; worker->count++) {
		int fd;

		name_path(path, "%s/load-create-%llu", worker->box, (unsigned long long)worker->count);
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0)
			fail("cannot create %s", path);
		if (pwrite(fd, buffer, 64 * KIB, 0) != 64 * KIB || ftruncate(fd, MIB) < 0 ||
		    pread(fd, buffer, 64 * KIB, 0) != 64 * KIB)
			fail("cannot write and read %s", path);
		close(fd);
		drop(path);
	}
	free(buffer);
}

/* Bytes through a held pipe: the one kind of reading and writing that the server always forwards. */
static void load_stream(struct worker *worker)
{
	char in_path[PATH_MAX], out_path[PATH_MAX], buffer[512] = { 0 };
	int ends[2], in, out;

	if (pipe2(ends, O_CLOEXEC) < 0)
		fail("cannot make a pipe");
	name_path(out_path, "%s/load-pipe-out", worker->box);
	name_path(in_path, "%s/load-pipe-in", worker->box);
	put(ends[0], out_path);
	put(ends[1], in_path);
	out = open(out_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	in = open(in_path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (in < 0 || out < 0)
		worker->unavailable = strerrorname_np(errno);
	for (; !load_over && worker->unavailable == NULL; worker->count++)
		if (write(in, buffer, sizeof buffer) != sizeof buffer ||
		    read(out, buffer, sizeof buffer) != sizeof buffer)
			fail("cannot pass bytes through %s", in_path);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	close(ends[0]);
	close(ends[1]);
	drop(in_path);
	drop(out_path);
}

static void *load_main(void *argument)
{
	struct worker *worker = argument;

	worker->work(worker);
	return NULL;
}

void load(unsigned seconds, const char *box)
{
	struct worker workers[] = {
		{ .operation = "open", .work = load_open },
		{ .operation = "stat", .work = load_stat },
		{ .operation = "list", .work = load_list },
		{ .operation = "put", .work = load_put },
		{ .operation = "create", .work = load_create },
		{ .operation = "stream", .work = load_stream },
	};
	const size_t count = sizeof workers / sizeof *workers;
	size_t i;

	for (i = 0; i < count; i++) {
		workers[i].box = box;
		errno = pthread_create(&workers[i].thread, NULL, load_main, &workers[i]);
		if (errno != 0)
			fail("cannot start a thread");
	}
	pause_ms((long)seconds * 1000);
	load_over = true;
	for (i = 0; i < count; i++) {
		pthread_join(workers[i].thread, NULL);
		if (workers[i].unavailable != NULL)
			printf("figure=load system=%s unavailable=%s\n", workers[i].operation,
			       workers[i].unavailable);
		else
			printf("figure=load system=%s count=%llu seconds=%u\n", workers[i].operation,
			       (unsigned long long)workers[i].count, seconds);
	}
}
