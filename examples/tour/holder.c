/*
 * What a shell cannot do by itself:
 *
 *   holder with KIND=FD ... -- COMMAND ...   run a command that holds new descriptors
 *   holder poke FILE TEXT                    map a file and write into the memory
 *   holder peek FILE                         map a file and show the text in the memory
 *
 * KIND is memfd, eventfd or socket. FILE may also be fd:N, a descriptor that the caller holds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define MEMORY_SIZE (64L << 20)
#define WINDOW 4096

static void fail(const char *what)
{
	fprintf(stderr, "holder: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int make_memory(void)
{
	int fd = memfd_create("ram", MFD_CLOEXEC);
	if (fd >= 0 && ftruncate(fd, MEMORY_SIZE) < 0)
		fail("ftruncate");
	return fd;
}

/* The other end stays open in the command, so that the socket remains connected. */
static int make_socket(void)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -1;
	if (fcntl(pair[1], F_DUPFD, 20) < 0)
		fail("fcntl");
	close(pair[1]);
	return pair[0];
}

static void make(char *what)
{
	char *number = strchr(what, '=');
	int fd = -1;

	if (!number) {
		errno = EINVAL;
		fail(what);
	}
	*number++ = '\0';
	if (!strcmp(what, "memfd"))
		fd = make_memory();
	else if (!strcmp(what, "eventfd"))
		fd = eventfd(0, EFD_CLOEXEC);
	else if (!strcmp(what, "socket"))
		fd = make_socket();
	else
		errno = EINVAL;
	/* dup2 leaves the new one open over exec. */
	if (fd < 0 || dup2(fd, atoi(number)) < 0)
		fail(what);
	if (fd != atoi(number))
		close(fd);
}

static int with(char **argument)
{
	while (*argument && strcmp(*argument, "--"))
		make(*argument++);
	if (!*argument || !argument[1]) {
		errno = EINVAL;
		fail("no command");
	}
	execvp(argument[1], argument + 1);
	fail(argument[1]);
	return 1;
}

static int open_file(const char *name, int flags)
{
	int fd = strncmp(name, "fd:", 3) ? open(name, flags | O_CLOEXEC) : atoi(name + 3);
	if (fd < 0)
		fail(name);
	return fd;
}

static int poke(const char *name, const char *text)
{
	int fd = open_file(name, O_RDWR);
	char *memory = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory != MAP_FAILED) {
		snprintf(memory, WINDOW, "%s", text);
		return 0;
	}
	if (errno != ENODEV)
		fail(name);
	printf("(no passthrough on this machine: written instead of mapped)\n");
	if (pwrite(fd, text, strlen(text) + 1, 0) < 0)
		fail(name);
	return 0;
}

static int peek(const char *name)
{
	int fd = open_file(name, O_RDONLY);
	const char *memory = mmap(NULL, WINDOW, PROT_READ, MAP_SHARED, fd, 0);
	char copy[WINDOW] = "";

	if (memory == MAP_FAILED) {
		if (errno != ENODEV || pread(fd, copy, WINDOW - 1, 0) < 0)
			fail(name);
		memory = copy;
	}
	printf("%.*s\n", WINDOW, memory);
	return 0;
}

int main(int count, char **argument)
{
	if (count > 3 && !strcmp(argument[1], "with"))
		return with(argument + 2);
	if (count == 4 && !strcmp(argument[1], "poke"))
		return poke(argument[2], argument[3]);
	if (count == 3 && !strcmp(argument[1], "peek"))
		return peek(argument[2]);
	fprintf(stderr, "usage: holder with KIND=FD ... -- COMMAND ... | poke FILE TEXT | peek FILE\n");
	return 2;
}
