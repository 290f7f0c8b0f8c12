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
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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
