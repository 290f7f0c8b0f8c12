/*
 * Puts memfds into holders of descriptors (holder.h) and takes them out, over one connection.
 *
 *   exchange rounds ROUNDS PUTS TAKES HOLDER...
 *   exchange fetch  HOLDER NAME COMMAND...      runs a command with the entry as standard input
 *
 * HOLDER is LABEL=fdboxfs:MOUNT, LABEL=handle:MOUNT or LABEL=s6:SOCKET. Lines are as those of probe.c, for
 * exchange-put, exchange-take and exchange-remove, and for the latency of takes figure=exchange-latency
 * system=LABEL p50=NS p99=NS max=NS count=N. Holders take turns within each round.
 */
#include "measure.h"

#include "holder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	/* Held at once; each may have a handle besides, and the usual soft limit is 1024. */
	MAX_PUTS = 400,
	NAME_SIZE = 64,
	/* Before the first round that counts: a compiler that works while the server runs wants tens of thousands. */
	WARM_UP_TAKES = 30000,
	/* Nothing here takes this long, unless a server does not answer: the program ends then. */
	STUCK_SECONDS = 120,
};

struct one {
	struct holder holder;
	uint64_t *puts, *takes, *removes; /* nanoseconds of each round */
	uint64_t *latencies;              /* of each take */
	int handles[MAX_PUTS];
};

/* A round of its own makes names of its own: nothing that remembers an earlier name can help. */
static void entry_name(char name[NAME_SIZE], uint64_t round, uint64_t index)
{
	snprintf(name, NAME_SIZE, "entry-%llu-%llu", (unsigned long long)round, (unsigned long long)index);
}

static void open_handles(struct one *one, uint64_t round, uint64_t puts)
{
	char name[NAME_SIZE];
	uint64_t i;

	for (i = 0; i < puts; i++) {
		entry_name(name, round, i);
		one->handles[i] = one->holder.by_handle ? holder_open_handle(&one->holder, name) : -1;
	}
}

static void expect_same(const struct holder *holder, int put, int taken)
{
	struct stat a, b;

	if (fstat(put, &a) < 0 || fstat(taken, &b) < 0)
		fail("cannot look at what was taken from %s", holder->label);
	errno = 0;
	if (a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		fail("%s gives something else than what was put", holder->label);
}

static uint64_t take_all(struct one *one, int connection, const struct request requests[], uint64_t puts,
			 uint64_t takes, uint64_t latencies[])
{
	uint64_t i, start = now(), before = start;

	for (i = 0; i < takes; i++) {
		uint64_t at = i % puts;
		int taken = holder_take(&one->holder, connection, &requests[at], one->handles[at]);

		latencies[i] = now() - before;
		close(taken);
		before = now();
	}
	return before - start;
}

/* With descriptors of its own, and a connection of its own, with which its claims end. */
static void one_round(struct one *one, uint64_t round, uint64_t puts, uint64_t takes, uint64_t latencies[],
		      uint64_t elapsed[3])
{
	static struct request requests[3][MAX_PUTS];
	const struct holder *holder = &one->holder;
	int connection = holder_connect(holder), memories[MAX_PUTS];
	uint64_t i, start;

	for (i = 0; i < puts; i++) {
		char name[NAME_SIZE];
		enum verb verb;

		memories[i] = new_memory(PAGE);
		entry_name(name, round, i);
		for (verb = STORE; verb <= REMOVE; verb++)
			holder_request(holder, verb, name, &requests[verb][i]);
	}
	start = now();
	for (i = 0; i < puts; i++)
		holder_do(holder, connection, &requests[STORE][i], memories[i]);
	elapsed[STORE] = now() - start;

	open_handles(one, round, puts);
	for (i = 0; i < puts; i++) {
		int taken = holder_take(holder, connection, &requests[TAKE][i], one->handles[i]);

		expect_same(holder, memories[i], taken);
		close(taken);
	}
	elapsed[TAKE] = take_all(one, connection, requests[TAKE], puts, takes, latencies);

	start = now();
	for (i = 0; i < puts; i++)
		holder_do(holder, connection, &requests[REMOVE][i], -1);
	elapsed[REMOVE] = now() - start;
	for (i = 0; i < puts; i++) {
		close(memories[i]);
		if (one->handles[i] >= 0)
			close(one->handles[i]);
	}
	close(connection);
	alarm(STUCK_SECONDS);
}

static void report_one(struct one *one, uint64_t rounds, uint64_t puts, uint64_t takes)
{
	const char *label = one->holder.label;
	uint64_t count = rounds * takes;

	if (!one->holder.by_handle) { /* its puts and removes are no other than those by name */
		report("exchange-put", label, one->puts, rounds, (double)puts, puts);
		report("exchange-remove", label, one->removes, rounds, (double)puts, puts);
	}
	report("exchange-take", label, one->takes, rounds, (double)takes, takes);
	sort_samples(one->latencies, count);
	printf("figure=exchange-latency system=%s p50=%llu p99=%llu max=%llu count=%llu\n", label,
	       (unsigned long long)one->latencies[count / 2], (unsigned long long)one->latencies[count * 99 / 100],
	       (unsigned long long)one->latencies[count - 1], (unsigned long long)count);
}

static void measure_rounds(struct one ones[], size_t count, uint64_t rounds, uint64_t puts, uint64_t takes)
{
	uint64_t *warm_up = allocate(WARM_UP_TAKES * sizeof(uint64_t)), elapsed[3], round;
	size_t i;

	for (i = 0; i < count; i++) {
		ones[i].puts = allocate(rounds * sizeof(uint64_t));
		ones[i].takes = allocate(rounds * sizeof(uint64_t));
		ones[i].removes = allocate(rounds * sizeof(uint64_t));
		ones[i].latencies = allocate(rounds * takes * sizeof(uint64_t));
		one_round(&ones[i], 0, puts, WARM_UP_TAKES, warm_up, elapsed);
	}
	for (round = 1; round <= rounds; round++) {
		for (i = 0; i < count; i++) {
			struct one *one = &ones[(round + i) % count];

			one_round(one, round, puts, takes, one->latencies + (round - 1) * takes, elapsed);
			one->puts[round - 1] = elapsed[STORE];
			one->takes[round - 1] = elapsed[TAKE];
			one->removes[round - 1] = elapsed[REMOVE];
			/* close(2) returns before the server was told: leave no such work to the next. */
			pause_ms(2);
		}
	}
	for (i = 0; i < count; i++)
		report_one(&ones[i], rounds, puts, takes);
	free(warm_up);
}

/* ---- command line ---- */

static void __attribute__((noreturn)) usage(void)
{
	fprintf(stderr, "usage: exchange rounds ROUNDS PUTS TAKES HOLDER...\n"
			"       exchange fetch HOLDER NAME COMMAND...\n");
	exit(2);
}

static void fetch(const struct holder *holder, const char *name, char *command[])
{
	struct request request;
	int taken;

	holder_request(holder, TAKE, name, &request);
	/* Not the greeting of holder_connect: one question is what the peer's tool asks. */
	taken = holder_take(holder, holder_dial(holder), &request, -1);
	if (dup2(taken, STDIN_FILENO) < 0)
		fail("cannot make it standard input");
	alarm(0);
	execvp(command[0], command);
	fail("%s", command[0]);
}

int main(int argc, char *argv[])
{
	static struct one ones[MAX_SYSTEMS];
	uint64_t rounds, puts, takes;
	size_t count, i;

	setvbuf(stdout, NULL, _IOLBF, 0); /* lines must be out even when a later step fails */
	alarm(STUCK_SECONDS);
	if (argc > 4 && strcmp(argv[1], "fetch") == 0) {
		if (!holder_parse(&ones[0].holder, argv[2]))
			usage();
		fetch(&ones[0].holder, argv[3], argv + 4);
	}
	if (argc < 6 || argc > 5 + MAX_SYSTEMS || strcmp(argv[1], "rounds") != 0)
		usage();
	rounds = read_number(argv[2]);
	puts = read_number(argv[3]);
	takes = read_number(argv[4]);
	count = (size_t)argc - 5;
	for (i = 0; i < count; i++)
		if (!holder_parse(&ones[i].holder, argv[5 + i]))
			usage();
	if (rounds == 0 || puts == 0 || puts > MAX_PUTS || takes == 0)
		usage();
	measure_rounds(ones, count, rounds, puts, takes);
	return EXIT_SUCCESS;
}
