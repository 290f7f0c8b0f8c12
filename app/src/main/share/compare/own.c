/* What an actor does with descriptors of its own, however it came by them. */
#include "actor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int access_flags(const char *access)
{
	if (!strcmp(access, "read"))
		return O_RDONLY;
	return !strcmp(access, "write") ? O_WRONLY : O_RDWR;
}

static int open_first(const char *directory, const char *prefix)
{
	DIR *entries = opendir(directory);
	struct dirent *entry;
	char path[512];
	int fd = -1;

	if (!entries)
		return -1;
	errno = ENOENT;
	while (fd < 0 && (entry = readdir(entries))) {
		size_t length = strlen(prefix);

		if (strncmp(entry->d_name, prefix, length) ||
		    strspn(entry->d_name + length, "0123456789") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		fd = open(path, O_RDWR | O_CLOEXEC);
	}
	closedir(entries);
	return fd;
}

static int make_memfd(const char *name, off_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && size > 0 && ftruncate(fd, size) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int make_file(void)
{
	return open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static int make(const char *kind, const char *name, off_t size)
{
	if (!strcmp(kind, "memfd"))
		return make_memfd(name, size);
	if (!strcmp(kind, "eventfd"))
		return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!strcmp(kind, "timerfd"))
		return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (!strcmp(kind, "pidfd"))
		return (int)syscall(SYS_pidfd_open, getpid(), 0);
	if (!strcmp(kind, "epoll"))
		return epoll_create1(EPOLL_CLOEXEC);
	if (!strcmp(kind, "inotify"))
		return inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (!strcmp(kind, "file"))
		return make_file();
	if (!strcmp(kind, "directory"))
		return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!strcmp(kind, "namespace"))
		return open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	if (!strcmp(kind, "kvm"))
		return open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (!strcmp(kind, "iommufd"))
		return open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (!strcmp(kind, "vfio-group"))
		return open_first("/dev/vfio", "");
	if (!strcmp(kind, "vfio-container"))
		return open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (!strcmp(kind, "vfio-device"))
		return open_first("/dev/vfio/devices", "vfio");
	errno = EOPNOTSUPP;
	return -1;
}

static int pair_of(const char *kind, int fd[2])
{
	return !strcmp(kind, "pipe") ? pipe2(fd, O_CLOEXEC | O_NONBLOCK) :
	       socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd);
}

static int descriptor(char **word)
{
	const char *kind = word[0], *name = word[1];
	char second[LONGEST_NAME];
	int fd[2] = { -1, -1 };
	bool pair = !strcmp(kind, "pipe") || !strcmp(kind, "socket");

	begin();
	if (pair ? end(pair_of(kind, fd)) < 0
		 : end(fd[0] = make(kind, name, strtoll(word[2], NULL, 10))) < 0)
		return unable(kind);
	keep(name, fd[0], -1);
	if (pair) {
		snprintf(second, sizeof(second), "%s-%s", name, *kind == 'p' ? "write" : "peer");
		keep(second, fd[1], -1);
	}
	return 0;
}

static int close_slot(char **word)
{
	struct slot *slot = find(word[0]);
	int claim = slot ? slot->claim : -1;
	int result;

	begin();
	result = (int)end(close(slot ? slot->fd : -1));
	/* The claim of a real descriptor goes with it: it has no name of its own. */
	if (claim >= 0)
		close(claim);
	if (slot)
		forget(slot);
	return result;
}

static int fd_of(const char *name)
{
	struct slot *slot = find(name);

	return slot ? slot->fd : -1;
}

/* By offset where there are offsets. */
static ssize_t read_start(int fd, char *buffer, size_t size)
{
	ssize_t count = pread(fd, buffer, size, 0);

	return count < 0 && errno == ESPIPE ? read(fd, buffer, size) : count;
}

static ssize_t write_start(int fd, const char *content)
{
	ssize_t count = pwrite(fd, content, strlen(content), 0);

	return count < 0 && errno == ESPIPE ? write(fd, content, strlen(content)) : count;
}

static int with_path(const char *path, int flags)
{
	return open(path, flags | O_CLOEXEC);
}

static size_t bounded(const char *size)
{
	unsigned long long wanted = strtoull(size, NULL, 10);

	return wanted == 0 || wanted >= LONGEST_TEXT ? LONGEST_TEXT - 1 : (size_t)wanted;
}

/* WHERE is the name of a slot or, behind a slash that no name has, a path. */
static int use(const char *where, int flags, ssize_t (*work)(int fd, const char *value),
	       const char *value)
{
	bool path = *where == '/';
	int fd = path ? -1 : fd_of(where);
	ssize_t result;
	int error;

	begin();
	if (path && (fd = with_path(where + 1, flags)) < 0)
		return (int)end(-1);
	result = work(fd, value);
	error = errno;
	if (path)
		close(fd);
	errno = error;
	return end(result) < 0 ? -1 : 0;
}

static ssize_t read_text(int fd, const char *size)
{
	ssize_t count = read_start(fd, text, bounded(size));

	text[count < 0 ? 0 : count] = '\0';
	return count;
}

static ssize_t write_text(int fd, const char *content)
{
	return write_start(fd, content);
}

static ssize_t cut(int fd, const char *size)
{
	return ftruncate(fd, strtoll(size, NULL, 10));
}

static sigjmp_buf beyond;

static void jump(int number)
{
	(void)number;
	siglongjmp(beyond, 1);
}

/* Maps, looks at the first bytes and unmaps; a page that is not there is EFAULT. */
static ssize_t map_text(int fd, const char *size)
{
	size_t length = strtoull(size, NULL, 10) ? strtoull(size, NULL, 10) : 4096;
	char *memory = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
	ssize_t result = 0;

	if (memory == MAP_FAILED)
		return -1;
	if (sigsetjmp(beyond, 0) == 0) {
		snprintf(text, sizeof(text), "%.*s", (int)(length < 4096 ? length : 4096), memory);
	} else {
		result = -1;
	}
	munmap(memory, length);
	errno = EFAULT;
	return result;
}

static int do_read(char **word)
{
	return use(word[0], O_RDONLY, read_text, word[1]);
}

static int do_write(char **word)
{
	return use(word[0], O_WRONLY, write_text, word[1]);
}

static int do_truncate(char **word)
{
	return use(word[0], O_WRONLY, cut, word[1]);
}

static int do_map(char **word)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = jump;
	action.sa_flags = SA_NODEFER;
	sigaction(SIGBUS, &action, NULL);
	return use(word[0], O_RDWR, map_text, word[1]);
}

const struct command own_commands[] = {
	{ "descriptor", 3, descriptor },
	{ "close", 1, close_slot },
	{ "read", 2, do_read },
	{ "write", 2, do_write },
	{ "truncate", 2, do_truncate },
	{ "map", 2, do_map },
	{ NULL, 0, NULL },
};
