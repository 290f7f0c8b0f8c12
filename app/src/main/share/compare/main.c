/*
 *	actor MOUNTPOINT DEVICE UID GID GROUPS CAPABILITIES [trace]
 *
 * GROUPS is a list with commas or "-", CAPABILITIES a mask in hexadecimal. Then, line by line,
 * words with blanks between them; what is no letter or digit is %XX, and % alone is the empty word.
 * The answer to a command is one of
 *
 *	ok NANOSECONDS TEXT
 *	error ERRNO NANOSECONDS
 *	unable TEXT			this machine has no such thing
 *	unknown TEXT			not understood
 *
 * and with "trace" a line before it: "calls" and the names of the system calls of the step.
 */
#include "actor.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

char text[LONGEST_TEXT];
const char *mountpoint;
const char *device;

static bool traced;
static struct slot slots[MOST_SLOTS];
static int slot_count;
static struct timespec started;
static long nanoseconds;
static char lack[256];

void begin(void)
{
	text[0] = '\0';
	nanoseconds = 0;
	clock_gettime(CLOCK_MONOTONIC, &started);
	if (traced)
		syscall(MARK, 1);
}

long end(long result)
{
	int error = errno;
	struct timespec now;

	if (traced)
		syscall(MARK, 0);
	clock_gettime(CLOCK_MONOTONIC, &now);
	nanoseconds = (now.tv_sec - started.tv_sec) * 1000000000L + now.tv_nsec - started.tv_nsec;
	errno = error;
	return result;
}

struct slot *find(const char *name)
{
	for (int i = slot_count - 1; i >= 0; i--)
		if (!strcmp(slots[i].name, name))
			return &slots[i];
	return NULL;
}

void keep(const char *name, int fd, int claim)
{
	struct slot *slot = &slots[slot_count];

	if (*name == '\0' || slot_count == MOST_SLOTS) {
		close(fd);
		if (claim >= 0)
			close(claim);
		return;
	}
	memset(slot, 0, sizeof(*slot));
	snprintf(slot->name, sizeof(slot->name), "%s", name);
	slot->fd = fd;
	slot->claim = claim;
	slot_count++;
}

void forget(struct slot *slot)
{
	for (int i = 0; i < slot->rests; i++)
		close(slot->rest[i]);
	slot->rests = 0;
	slot->fd = slot->claim = -1;
}

int unable(const char *what)
{
	snprintf(lack, sizeof(lack), "%s: %s", what, strerror(errno));
	return -1;
}

static void decode(char *word)
{
	char *to = word;

	for (char *from = word; *from; from++) {
		unsigned int byte;

		if (*from == '%' && isxdigit((unsigned char)from[1]) &&
		    sscanf(from + 1, "%2x", &byte) == 1) {
			*to++ = (char)byte;
			from += 2;
		} else if (*from != '%') {
			*to++ = *from;
		}
	}
	*to = '\0';
}

static void print_encoded(const char *from)
{
	for (; *from; from++)
		printf(isalnum((unsigned char)*from) ? "%c" : "%%%02X", (unsigned char)*from);
}

static int die(char **word)
{
	(void)word;
	return kill(getpid(), SIGKILL);
}

/* Goes to the mount that is there now. */
static int enter(char **word)
{
	(void)word;
	return chdir(mountpoint);
}

/* Ours as well, as numbers in the environment of a shell. */
static void export_slots(void)
{
	for (int i = 0; i < slot_count; i++) {
		char name[LONGEST_NAME], number[16];

		if (slots[i].fd < 0)
			continue;
		memcpy(name, slots[i].name, sizeof(name));
		for (char *c = name; *c; c++)
			if (*c == '-')
				*c = '_';
		snprintf(number, sizeof(number), "%d", slots[i].fd);
		setenv(name, number, 1);
		fcntl(slots[i].fd, F_SETFD, 0);
	}
}

/* What a command line has written so far; what does not fit is read and forgotten. */
struct output {
	int pipe;
	size_t length;
	char line[LONGEST_TEXT - 64];
};

/* False at its end; true also when there is nothing now. */
static bool take_in(struct output *output)
{
	char more[LONGEST_TEXT];
	ssize_t count;

	while ((count = read(output->pipe, more, sizeof(more))) > 0) {
		size_t left = sizeof(output->line) - 1 - output->length;
		size_t kept = (size_t)count < left ? (size_t)count : left;

		memcpy(output->line + output->length, more, kept);
		output->length += kept;
	}
	output->line[output->length] = '\0';
	return count < 0 && errno == EAGAIN;
}

/* Until a child has ended, or for some seconds; what it left running ends with it. */
static int await(pid_t child, struct output *output)
{
	struct pollfd waits[] = {
		{ (int)syscall(SYS_pidfd_open, child, 0), POLLIN, 0 },
		{ output->pipe, POLLIN, 0 },
	};
	time_t end = time(NULL) + LONGEST_SHELL;
	int status = 0;

	while (!waits[0].revents && time(NULL) < end && poll(waits, 2, 1000) >= 0)
		if (waits[1].revents && !take_in(output))
			waits[1].fd = -1;
	kill(-child, SIGKILL);
	waitpid(child, &status, 0);
	close(waits[0].fd);
	take_in(output);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Runs a command line, which is no step: its status is the first word of the text. */
static int shell(char **word)
{
	static struct output output;
	int out[2], status;
	pid_t child;

	if (pipe2(out, O_CLOEXEC) < 0 || (child = fork()) < 0)
		return -1;
	if (child == 0) {
		int input = open("/dev/null", O_RDONLY);

		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		export_slots();
		setenv("DEV", device, 1);
		dup2(input, 0);
		dup2(out[1], 1);
		dup2(out[1], 2);
		execl("/bin/sh", "sh", "-c", word[0], NULL);
		_exit(127);
	}
	setpgid(child, child); /* whoever comes first */
	close(out[1]);
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	output.pipe = out[0];
	output.length = 0;
	status = await(child, &output);
	close(out[0]);
	snprintf(text, sizeof(text), "%d %s", status, output.line);
	return 0;
}

static const struct command base_commands[] = {
	{ "die", 0, die },
	{ "enter", 0, enter },
	{ "shell", 1, shell },
	{ NULL, 0, NULL },
};

static const struct command *search(const struct command *commands, const char *name, int words)
{
	for (; commands->name; commands++)
		if (!strcmp(commands->name, name) && commands->words == words)
			return commands;
	return NULL;
}

static const struct command *command_of(const char *name, int words)
{
	const struct command *const all[] = {
		base_commands, own_commands, filesystem_commands, device_commands,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct command *found = search(all[i], name, words);

		if (found)
			return found;
	}
	return NULL;
}

static void answer(char *line)
{
	char *word[MOST_WORDS + 1], *rest = line;
	const struct command *command;
	int words = 0;

	while (words <= MOST_WORDS && (word[words] = strsep(&rest, " \n")) && *word[words])
		decode(word[words++]);
	command = words ? command_of(word[0], words - 1) : NULL;
	text[0] = lack[0] = '\0';
	if (!command) {
		printf("unknown ");
		print_encoded(words ? word[0] : "");
	} else if (command->run(word + 1) == 0) {
		printf("ok %ld ", nanoseconds);
		print_encoded(text);
	} else if (lack[0]) {
		printf("unable ");
		print_encoded(lack);
	} else {
		printf("error %d %ld", errno, nanoseconds);
	}
	printf("\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static char line[3 * LONGEST_TEXT];

	if (argc < 7) {
		fprintf(stderr, "actor: to be started by fdboxfs compare\n");
		return 2;
	}
	umask(0); /* a mode that a scenario gives is the mode that is meant */
	mountpoint = argv[1];
	device = argv[2];
	signal(SIGPIPE, SIG_IGN);
	traced = argc > 7;
	if (traced)
		be_traced();
	if (chdir(mountpoint) < 0 ||
	    become((uid_t)strtoul(argv[3], NULL, 10), (gid_t)strtoul(argv[4], NULL, 10), argv[5],
		   strtoull(argv[6], NULL, 16)) < 0) {
		printf("unable ");
		print_encoded(strerror(errno));
		printf("\n");
		return 1;
	}
	printf("ok 0 \n");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		answer(line);
	return 0;
}
