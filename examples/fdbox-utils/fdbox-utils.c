/*
 * What the user tool of the FDBox RFC did: memory is kept in a box while nobody runs.
 *
 *	fdbox-utils DIRECTORY create    makes the box "test", puts a memfd with what is in the file
 *	                                data into it as "memfd", and seals it
 *	fdbox-utils DIRECTORY restore   unseals it, gets the memfd and writes it to the file out
 *
 * DIRECTORY is /dev/fdbox, or .fdbox/chardev of a mount.
 */
#define _GNU_SOURCE
#include <fdbox.h>

#include <err.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#define BOX "test"
#define FD "memfd"

static void copy(int from, int to)
{
	ssize_t n;

	while ((n = sendfile(to, from, NULL, 1 << 30)) > 0)
		;
	if (n < 0)
		err(1, "copying");
}

static int open_node(const char *directory, const char *name)
{
	int node = fdbox_open(directory, name);

	if (node < 0)
		err(1, "%s/%s", directory, name);
	return node;
}

static void create(const char *directory)
{
	int control = open_node(directory, FDBOX_CONTROL);
	int data = open("data", O_RDONLY | O_CLOEXEC);
	int memory = memfd_create(FD, 0);
	int box;

	if (data < 0)
		err(1, "data");
	if (memory < 0)
		err(1, "memfd_create");
	copy(data, memory);
	if (fdbox_create(control, BOX) < 0)
		err(1, "create box " BOX);
	box = open_node(directory, BOX);
	if (fdbox_put(box, memory, FD) < 0)
		err(1, "put " FD);
	if (fcntl(memory, F_GETFD) != -1)
		errx(1, "the memfd is still open here");
	if (fdbox_seal(box) < 0)
		err(1, "seal");
}

static void restore(const char *directory)
{
	int box = open_node(directory, BOX);
	int out = open("out", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int memory;

	if (out < 0)
		err(1, "out");
	if (fdbox_unseal(box) < 0)
		err(1, "unseal");
	memory = fdbox_get(box, FD);
	if (memory < 0)
		err(1, "get " FD);
	if (lseek(memory, 0, SEEK_SET) < 0)
		err(1, "lseek");
	copy(memory, out);
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[2], "create"))
		create(argv[1]);
	else if (argc == 3 && !strcmp(argv[2], "restore"))
		restore(argv[1]);
	else {
		fprintf(stderr, "usage: fdbox-utils DIRECTORY create|restore\n");
		return 2;
	}
	return 0;
}
