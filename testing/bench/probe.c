/*
 * The measuring client of the benchmark.
 *
 *   probe open    ROUNDS N LABEL=FILE...       open(O_RDWR) and close of an existing file
 *   probe missing ROUNDS N LABEL=DIRECTORY...  stat of a name that does not exist
 *   probe pread4k-hot | pread4k | pread1m | mapped  ROUNDS N MIB LABEL=BOX
 *                                              memory in a box against the same memory held directly
 *   probe put     ROUNDS N LABEL=BOX           put by symlink, from one thread
 *   probe fill    N LABEL=DIRECTORY            put N entries and leave them there; once the server holds as
 *                                              many descriptors as it may, make directories instead
 *   probe clear   N DIRECTORY                  remove what fill put
 *   probe list    ROUNDS N LABEL=DIRECTORY     getdents64 over a directory that fill filled
 *   probe load    SECONDS BOX                  a mix of everything, from several threads
 *
 * A measurement prints one line: figure=F system=LABEL best=NS median=NS worst=NS rounds=R iterations=N
 * with nanoseconds per operation (per whole listing for list; for all entries that were put, iterations of them, for fill). What the
 * system cannot do prints figure=F system=LABEL unavailable=ERRNO. Anything unexpected ends the
 * probe with a sentence on standard error and status 1.
 *
 * Systems take turns within every round, and who is first changes from round to round, so that a
 * machine that becomes slower or faster meanwhile does so for all of them.
 */
#include "measure.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	LINE = 64,
	/* Descriptors held at once while putting: well below the usual soft limit of 1024. */
	PUT_BATCH = 256,
	/* What a put descriptor holds; small, so that 100,000 of them fit everywhere. */
	PUT_SIZE = PAGE,
	/* The buffer that ls uses. */
	LIST_BUFFER = 32 * KIB,
	LOAD_DIRECTORY_ENTRIES = 500,
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

static void __attribute__((format(printf, 2, 3))) name_path(char path[PATH_MAX], const char *format, ...)
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

/* ---- putting ---- */

static void put(int fd, const char *path)
{
	char target[64];

	snprintf(target, sizeof target, "/proc/self/fd/%d", fd);
	if (symlink(target, path) < 0)
		fail("cannot put %s", path);
}

static void drop(const char *path)
{
	if (unlink(path) < 0 && (errno != EISDIR || rmdir(path) < 0))
		fail("cannot remove %s", path);
}

/* A round of its own makes names of its own: nothing that remembers an earlier name can help. */
static void entry_path(char path[PATH_MAX], const char *directory, uint64_t round, uint64_t index)
{
	name_path(path, "%s/entry-%llu-%07llu", directory, (unsigned long long)round,
		  (unsigned long long)index);
}

/*
 * Puts *count different descriptors; only the symlink calls are timed. Where full_allowed is set it
 * ends early when the server may hold no more descriptors, and *count becomes how many it took.
 */
static uint64_t put_many(const char *directory, uint64_t round, uint64_t *count, bool full_allowed)
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

/* The rest of a large directory; directories need no descriptor. */
static void make_directories(const char *directory, uint64_t from, uint64_t to)
{
	char path[PATH_MAX];

	for (; from < to; from++) {
		entry_path(path, directory, 0, from);
		if (mkdir(path, 0700) < 0)
			fail("cannot make %s", path);
	}
}

static void drop_many(const char *directory, uint64_t round, uint64_t count)
{
	char path[PATH_MAX];
	uint64_t i;

	for (i = 0; i < count; i++) {
		entry_path(path, directory, round, i);
		drop(path);
	}
}

/* ---- one turn of each figure ---- */

static void expect_missing(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		errno = EEXIST;
	if (errno != ENOENT)
		fail("%s should be missing", path);
}

static uint64_t turn_open(const struct run *run)
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

static uint64_t turn_missing(const struct run *run)
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

static uint64_t turn_pread4k_hot(const struct run *run)
{
	return read_blocks(run, PAGE, 1);
}

static uint64_t turn_pread4k(const struct run *run)
{
	return read_blocks(run, PAGE, run->size / PAGE);
}

static uint64_t turn_pread1m(const struct run *run)
{
	return read_blocks(run, MIB, run->size / MIB);
}

static uint64_t turn_mapped(const struct run *run)
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

static uint64_t turn_put(const struct run *run)
{
	uint64_t count = run->iterations;
	uint64_t elapsed = put_many(run->system->path, run->round, &count, false);

	drop_many(run->system->path, run->round, run->iterations);
	return elapsed;
}

static uint64_t turn_list(const struct run *run)
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

/* ---- rounds ---- */

static void measure(const char *figure, struct system systems[], size_t count, uint64_t rounds,
		    struct run run, turn_fn turn, double operations)
{
	uint64_t round;
	size_t i;

	for (i = 0; i < count; i++)
		systems[i].samples = allocate(rounds * sizeof(uint64_t));
	/* Round 0 warms caches up, and the server's compiler where it has one; it does not count. */
	for (round = 0; round <= rounds; round++) {
		for (i = 0; i < count; i++) {
			struct system *system = &systems[(round + i) % count];
			uint64_t elapsed;

			run.system = system;
			run.round = round;
			elapsed = turn(&run);
			if (round > 0)
				system->samples[round - 1] = elapsed;
			/* close(2) returns before the server was told: leave no such work to the next. */
			pause_ms(2);
		}
	}
	for (i = 0; i < count; i++) {
		report(figure, systems[i].label, systems[i].samples, rounds, operations, run.iterations);
		free(systems[i].samples);
	}
}

/* ---- memory in a box against the same memory held directly ---- */

static char *map_all(const struct system *system, size_t size)
{
	char *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, system->fd, 0);
	size_t at;

	if (map == MAP_FAILED)
		return NULL;
	for (at = 0; at < size; at += PAGE) /* fault everything in, writable */
		map[at] = 1;
	return map;
}

static void measure_memory(const char *figure, struct system *entry, uint64_t rounds, uint64_t iterations,
			   size_t size, turn_fn turn)
{
	static const char mark[] = "seen through the entry";
	struct system systems[2] = { *entry, { .label = "memfd" } };
	struct run run = { .iterations = iterations, .size = size, .buffer = allocate(MIB) };
	char path[PATH_MAX];
	size_t i;

	systems[1].fd = new_memory(size);
	/* Real pages: a hole would be read from nowhere. */
	systems[1].map = map_all(&systems[1], size);
	if (systems[1].map == NULL)
		fail("cannot map a memfd");
	name_path(path, "%s/bench-memory", entry->path);
	put(systems[1].fd, path);
	systems[0].fd = open(path, O_RDWR | O_CLOEXEC);
	if (systems[0].fd < 0)
		fail("cannot open %s", path);

	memcpy(systems[1].map, mark, sizeof mark);
	if (pread(systems[0].fd, run.buffer, sizeof mark, 0) != sizeof mark)
		fail("cannot read %s", path);
	if (memcmp(run.buffer, mark, sizeof mark) != 0) {
		errno = 0;
		fail("%s does not show the memory that was put", path);
	}

	if (turn == turn_mapped)
		systems[0].map = map_all(&systems[0], size);
	if (turn == turn_mapped && systems[0].map == NULL) {
		/* What a mount without passthrough answers to a shared mapping. */
		if (errno != ENODEV)
			fail("cannot map %s", path);
		printf("figure=%s system=%s unavailable=ENODEV\n", figure, entry->label);
	} else {
		measure(figure, systems, 2, rounds, run, turn, (double)iterations);
	}

	for (i = 0; i < 2; i++) {
		if (systems[i].map != NULL)
			munmap(systems[i].map, size);
		close(systems[i].fd);
	}
	drop(path);
	free(run.buffer);
}

/* ---- mixed load ---- */

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

static void load(unsigned seconds, const char *box)
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

/* ---- command line ---- */

static void __attribute__((noreturn)) usage(void)
{
	fprintf(stderr,
		"usage: probe open|missing|put|list ROUNDS N LABEL=PATH...\n"
		"       probe pread4k-hot|pread4k|pread1m|mapped ROUNDS N MIB LABEL=BOX\n"
		"       probe fill N LABEL=DIRECTORY | clear N DIRECTORY | load SECONDS BOX\n");
	exit(2);
}

static uint64_t parse_number(const char *text)
{
	uint64_t number = read_number(text);

	if (number == 0)
		usage();
	return number;
}

static struct system parse_system(char *text)
{
	struct system system = { .label = text, .path = split_label(text), .fd = -1 };

	if (system.path == NULL)
		usage();
	return system;
}

int main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		turn_fn turn;
		enum { PLAIN, WHOLE, MEMORY } shape; /* WHOLE: one operation does all N */
	} figures[] = {
		{ "open", turn_open, PLAIN },
		{ "missing", turn_missing, PLAIN },
		{ "put", turn_put, PLAIN },
		{ "list", turn_list, WHOLE },
		{ "pread4k-hot", turn_pread4k_hot, MEMORY },
		{ "pread4k", turn_pread4k, MEMORY },
		{ "pread1m", turn_pread1m, MEMORY },
		{ "mapped", turn_mapped, MEMORY },
	};
	struct system systems[MAX_SYSTEMS];
	uint64_t rounds, iterations;
	size_t i;

	/* Lines must be out even when a later step fails. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 4)
		usage();
	if (strcmp(argv[1], "load") == 0 && argc == 4) {
		load((unsigned)parse_number(argv[2]), argv[3]);
		return EXIT_SUCCESS;
	}
	if (strcmp(argv[1], "clear") == 0 && argc == 4) {
		drop_many(argv[3], 0, parse_number(argv[2]));
		return EXIT_SUCCESS;
	}
	if (strcmp(argv[1], "fill") == 0 && argc == 4) {
		uint64_t names = parse_number(argv[2]);
		double elapsed;

		iterations = names;
		systems[0] = parse_system(argv[3]);
		elapsed = (double)put_many(systems[0].path, 0, &iterations, true);
		make_directories(systems[0].path, iterations, names);
		printf("figure=fill system=%s best=%.1f median=%.1f worst=%.1f rounds=1 iterations=%llu\n",
		       systems[0].label, elapsed, elapsed, elapsed, (unsigned long long)iterations);
		return EXIT_SUCCESS;
	}
	for (i = 0; i < sizeof figures / sizeof *figures; i++) {
		struct run run = { 0 };
		size_t count;

		if (strcmp(argv[1], figures[i].name) != 0)
			continue;
		rounds = parse_number(argv[2]);
		run.iterations = iterations = parse_number(argv[3]);
		if (figures[i].shape == MEMORY) {
			if (argc != 6)
				usage();
			systems[0] = parse_system(argv[5]);
			measure_memory(argv[1], &systems[0], rounds, iterations, parse_number(argv[4]) * MIB,
				       figures[i].turn);
			return EXIT_SUCCESS;
		}
		if (argc < 5 || argc > 4 + MAX_SYSTEMS)
			usage();
		for (count = 0; count < (size_t)argc - 4; count++)
			systems[count] = parse_system(argv[4 + count]);
		run.buffer = allocate(LIST_BUFFER);
		measure(argv[1], systems, count, rounds, run, figures[i].turn,
			figures[i].shape == WHOLE ? 1.0 : (double)iterations);
		free(run.buffer);
		return EXIT_SUCCESS;
	}
	usage();
}
