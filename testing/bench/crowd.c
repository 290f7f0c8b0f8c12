/*
 * Takes of many clients at once from holders of descriptors (holder.h), each a process with a connection of
 * its own that takes one memfd over and over; and of one alone.
 *
 *   crowd ROUNDS MILLISECONDS CLIENTS HOLDER...
 *
 * Prints for exchange-alone and exchange-crowd the line that probe.c prints, in nanoseconds per take of all
 * clients together, and figure=exchange-slowest system=LABEL share=S, what the client with the fewest takes
 * had of the mean. Holders take turns within each round.
 */
#include "measure.h"

#include "holder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	MAX_CLIENTS = 200,
	NAME_SIZE = 32,
	/* Nothing here takes this long, unless a server does not answer: the program ends then. */
	STUCK_SECONDS = 120,
	/* One take is too short to be told in whole nanoseconds. */
	GRAIN = 1000,
};

/* In memory that the clients share. */
struct board {
	uint64_t start, end;
	struct {
		uint64_t takes, ended;
	} client[MAX_CLIENTS];
};

static void make_request(const struct holder *holder, enum verb verb, uint64_t number, struct request *request)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof name, "crowd-%llu", (unsigned long long)number);
	holder_request(holder, verb, name, request);
}

static void client_main(const struct holder *holder, struct board *board, uint64_t number, int ready, int go)
{
	struct request request;
	uint64_t takes = 0;
	int connection;
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(STUCK_SECONDS);
	connection = holder_connect(holder);
	make_request(holder, TAKE, number, &request);
	/* The read ends when the parent closes the other end: the gate is open. */
	if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 0)
		fail("the start was missed");
	while (now() < board->end) {
		close(holder_take(holder, connection, &request, -1));
		takes++;
	}
	board->client[number].ended = now();
	board->client[number].takes = takes;
	exit(EXIT_SUCCESS);
}

/* None may end before the gate opens: the others would be waited for in vain. */
static void ended_early(int signal)
{
	(void)signal;
	_exit(EXIT_FAILURE);
}

static void wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) < 0)
		fail("cannot wait for a client");
	errno = 0;
	if (status != 0)
		fail("a client failed");
}

static void run_clients(const struct holder *holder, struct board *board, uint64_t clients, uint64_t milliseconds)
{
	int ready[2], go[2];
	pid_t children[MAX_CLIENTS];
	uint64_t i;
	char byte;

	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(go, O_CLOEXEC) < 0)
		fail("cannot make a pipe");
	signal(SIGCHLD, ended_early);
	for (i = 0; i < clients; i++) {
		children[i] = fork();
		if (children[i] < 0)
			fail("cannot start a client");
		if (children[i] == 0) {
			close(go[1]);
			client_main(holder, board, i, ready[1], go[0]);
		}
	}
	close(go[0]);
	for (i = 0; i < clients; i++)
		if (read(ready[0], &byte, 1) != 1)
			fail("a client is not ready");
	signal(SIGCHLD, SIG_DFL);
	board->start = now();
	board->end = board->start + milliseconds * 1000000;
	close(go[1]);
	for (i = 0; i < clients; i++)
		wait_for(children[i]);
	close(ready[0]);
	close(ready[1]);
	alarm(STUCK_SECONDS);
}

/* ---- rounds ---- */

struct many {
	struct holder holder;
	uint64_t *alone, *crowd; /* what GRAIN takes took, in each round */
	uint64_t alone_takes, crowd_takes;
	double slowest; /* summed over the rounds */
};

static uint64_t turn(const struct holder *holder, struct board *board, uint64_t clients, uint64_t milliseconds,
		     uint64_t *takes, double *slowest)
{
	uint64_t end = 0, total = 0, fewest = UINT64_MAX, i;

	run_clients(holder, board, clients, milliseconds);
	for (i = 0; i < clients; i++) {
		uint64_t own = board->client[i].takes;

		total += own;
		fewest = own < fewest ? own : fewest;
		end = board->client[i].ended > end ? board->client[i].ended : end;
	}
	errno = 0;
	if (total == 0)
		fail("%s was too slow to take anything", holder->label);
	*takes += total;
	*slowest += (double)fewest * (double)clients / (double)total;
	return (end - board->start) * GRAIN / total;
}

static void for_each_entry(const struct holder *holder, uint64_t clients, enum verb verb)
{
	int connection = holder_connect(holder);
	struct request request;
	uint64_t i;

	for (i = 0; i < clients; i++) {
		int memory = verb == STORE ? new_memory(PAGE) : -1;

		make_request(holder, verb, i, &request);
		holder_do(holder, connection, &request, memory);
		if (memory >= 0)
			close(memory);
	}
	close(connection);
}

static void report_many(struct many *many, uint64_t rounds)
{
	report("exchange-alone", many->holder.label, many->alone, rounds, GRAIN, many->alone_takes / rounds);
	report("exchange-crowd", many->holder.label, many->crowd, rounds, GRAIN, many->crowd_takes / rounds);
	printf("figure=exchange-slowest system=%s share=%.3f\n", many->holder.label, many->slowest / (double)rounds);
}

static void measure(struct many systems[], size_t count, uint64_t rounds, uint64_t milliseconds, uint64_t clients)
{
	struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t round;
	size_t i;

	if (board == MAP_FAILED)
		fail("no memory");
	for (i = 0; i < count; i++) {
		systems[i].alone = allocate((rounds + 1) * sizeof(uint64_t));
		systems[i].crowd = allocate((rounds + 1) * sizeof(uint64_t));
		for_each_entry(&systems[i].holder, clients, STORE);
	}
	/* Round 0 warms up and does not count. */
	for (round = 0; round <= rounds; round++) {
		for (i = 0; i < count; i++) {
			struct many *many = &systems[(round + i) % count];
			uint64_t at = round == 0 ? rounds : round - 1;
			double alone_slowest = 0;

			if (round == 1)
				many->alone_takes = many->crowd_takes = 0, many->slowest = 0;
			many->alone[at] = turn(&many->holder, board, 1, milliseconds, &many->alone_takes,
					       &alone_slowest);
			many->crowd[at] = turn(&many->holder, board, clients, milliseconds, &many->crowd_takes,
					       &many->slowest);
		}
	}
	for (i = 0; i < count; i++) {
		for_each_entry(&systems[i].holder, clients, REMOVE);
		report_many(&systems[i], rounds);
	}
}

static void __attribute__((noreturn)) usage(void)
{
	fprintf(stderr, "usage: crowd ROUNDS MILLISECONDS CLIENTS HOLDER...\n");
	exit(2);
}

int main(int argc, char *argv[])
{
	static struct many systems[MAX_SYSTEMS];
	uint64_t rounds, milliseconds, clients;
	size_t count, i;

	setvbuf(stdout, NULL, _IOLBF, 0); /* lines must be out even when a later step fails */
	if (argc < 5 || argc > 4 + MAX_SYSTEMS)
		usage();
	rounds = read_number(argv[1]);
	milliseconds = read_number(argv[2]);
	clients = read_number(argv[3]);
	count = (size_t)argc - 4;
	for (i = 0; i < count; i++)
		if (!holder_parse(&systems[i].holder, argv[4 + i]) || systems[i].holder.by_handle)
			usage();
	if (rounds == 0 || milliseconds == 0 || clients == 0 || clients > MAX_CLIENTS)
		usage();
	alarm(STUCK_SECONDS);
	measure(systems, count, rounds, milliseconds, clients);
	return EXIT_SUCCESS;
}
