/*
 * Operations that take a process each, as they do from a shell.
 *
 *   spawn FIGURE ROUNDS N LABEL=COMMAND...
 *
 * A COMMAND is one word, which is split at blanks. `%` in it becomes a number that is new each time; standard input
 * is a memfd. Prints the line that probe.c prints, in nanoseconds from the start of a process to its
 * end. Commands take turns within each round; a first round warms up.
 */
#include "measure.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WORDS = 24, WORD_SIZE = 256 };

struct command {
	const char *label;
	char *words[MAX_WORDS]; /* NULL at the end */
	uint64_t *samples;
};

static void parse(struct command *command, char *text)
{
	char *rest = split_label(text), *state, *word;
	size_t count = 0;

	errno = EINVAL;
	if (rest == NULL)
		fail("%s: LABEL=COMMAND is wanted", text);
	command->label = text;
	for (word = strtok_r(rest, " ", &state); word != NULL; word = strtok_r(NULL, " ", &state)) {
		if (count == MAX_WORDS - 1 || strlen(word) + 20 > WORD_SIZE)
			fail("%s: the command is too long", text);
		command->words[count++] = word;
	}
	if (count == 0)
		fail("%s: the command is empty", text);
}

static void fill_in(const struct command *command, uint64_t number, char room[MAX_WORDS][WORD_SIZE],
		    char *words[MAX_WORDS])
{
	size_t i;

	for (i = 0; command->words[i] != NULL; i++) {
		const char *word = command->words[i], *percent = strchr(word, '%');

		if (percent == NULL)
			strcpy(room[i], word);
		else
			snprintf(room[i], WORD_SIZE, "%.*s%llu%s", (int)(percent - word), word,
				 (unsigned long long)number, percent + 1);
		words[i] = room[i];
	}
	words[i] = NULL;
}

static uint64_t run_once(const struct command *command, uint64_t number)
{
	char room[MAX_WORDS][WORD_SIZE], *words[MAX_WORDS];
	uint64_t start;
	int status;
	pid_t child;

	fill_in(command, number, room, words);
	start = now();
	errno = posix_spawnp(&child, words[0], NULL, NULL, words, environ);
	if (errno != 0 || waitpid(child, &status, 0) < 0)
		fail("cannot run %s", words[0]);
	errno = 0;
	if (status != 0)
		fail("%s failed", command->label);
	return now() - start;
}

int main(int argc, char *argv[])
{
	static struct command commands[MAX_SYSTEMS];
	uint64_t rounds, operations, round, number = 0, j;
	size_t count, i;

	setvbuf(stdout, NULL, _IOLBF, 0); /* lines must be out even when a later step fails */
	rounds = argc < 5 ? 0 : read_number(argv[2]);
	operations = argc < 5 ? 0 : read_number(argv[3]);
	if (rounds == 0 || operations == 0 || argc > 4 + MAX_SYSTEMS) {
		fprintf(stderr, "usage: spawn FIGURE ROUNDS N LABEL=COMMAND...\n");
		return 2;
	}
	count = (size_t)argc - 4;
	for (i = 0; i < count; i++) {
		parse(&commands[i], argv[4 + i]);
		commands[i].samples = allocate((rounds + 1) * sizeof(uint64_t));
	}
	if (dup2(new_memory(PAGE), STDIN_FILENO) < 0)
		fail("cannot make memory the standard input");
	for (round = 0; round <= rounds; round++) {
		for (i = 0; i < count; i++) {
			struct command *command = &commands[(round + i) % count];

			for (j = 0; j < operations; j++)
				command->samples[round] += run_once(command, number + j);
		}
		number += operations;
	}
	for (i = 0; i < count; i++)
		report(argv[1], commands[i].label, commands[i].samples + 1, rounds, (double)operations, operations);
	return EXIT_SUCCESS;
}
