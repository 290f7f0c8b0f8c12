/*
 * Tests of fdboxfs.h: what it does on a mount, and what it makes of one that lies (liar.py).
 *
 *	test real MOUNT
 *	test lie MOUNT put|take|group ERRNO lost|kept
 *
 * Says nothing when all is well, and ends with status 1 at the first thing that is not.
 */
#define _GNU_SOURCE
#include "../c/fdboxfs.h"

#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>

static struct fdboxfs box, other;
static const char *mountpoint;

static void fail(int line, const char *what)
{
	errx(1, "test.c:%d: %s (errno %s, why: %s)", line, what, strerrorname_np(errno), box.why);
}

#define CHECK(what) ((what) ? (void)0 : fail(__LINE__, #what))

/* A call that has to be refused, with that errno and with a sentence. */
#define REFUSED(error, call) (errno = 0, CHECK((call) == -1 && errno == (error) && box.why[0]))

static int same(int one, int two)
{
	return syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, one, two) == 0;
}

static int open_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static int new_memory(const char *content)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	CHECK(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	return fd;
}

static int new_event(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	CHECK(fd >= 0);
	return fd;
}

static void mark(const char *path, const char *name, const char *value)
{
	char full[PATH_MAX];

	snprintf(full, sizeof(full), "/proc/self/fd/%d/%s", box.mount, path);
	CHECK(setxattr(full, name, value, strlen(value), 0) == 0);
}

/* Claims end when the mount has been told of the close, a moment after it. */
static void claims_become(const char *path, const char *wanted)
{
	const struct timespec moment = { 0, 10 * 1000 * 1000 };
	char full[PATH_MAX], value[16];
	ssize_t length;
	int tries;

	snprintf(full, sizeof(full), "/proc/self/fd/%d/%s", box.mount, path);
	for (tries = 0; tries < 500; tries++) {
		length = getxattr(full, "user.fdbox.claims", value, sizeof(value) - 1);
		CHECK(length >= 0);
		value[length] = '\0';
		if (!strcmp(value, wanted))
			return;
		nanosleep(&moment, NULL);
	}
	errx(1, "%s has %s claims and not %s", path, value, wanted);
}

static void what_is_put_is_what_is_taken(void)
{
	int memory = new_memory("content"), handle, fd;

	CHECK(fdboxfs_put(&box, "c/memory", memory) == 0);
	fd = fdboxfs_take(&box, "c/memory", FDBOXFS_ANY);
	CHECK(fd >= 0 && same(fd, memory));
	CHECK(lseek(memory, 3, SEEK_SET) == 3 && lseek(fd, 0, SEEK_CUR) == 3);
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	CHECK(!strcmp(box.name[0], "c/memory"));
	CHECK(close(fd) == 0);
	fd = fdboxfs_open(&box, "c/memory", O_RDWR, &handle);
	CHECK(fd >= 0 && handle >= 0 && handle != fd && same(fd, memory));
	CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC && fcntl(handle, F_GETFD) == FD_CLOEXEC);
	CHECK(close(fd) == 0 && close(handle) == 0);
	/* Again under the same name is no error, another one there is. */
	CHECK(fdboxfs_put(&box, "c/memory", memory) == 0);
	fd = new_memory("other");
	REFUSED(EEXIST, fdboxfs_put(&box, "c/memory", fd));
	CHECK(close(fd) == 0 && close(memory) == 0);
	CHECK(fdboxfs_remove(&box, "c/memory") == 0);
	REFUSED(ENOENT, fdboxfs_take(&box, "c/memory", FDBOXFS_ANY));
	REFUSED(ENOENT, fdboxfs_open(&box, "c/memory", O_RDWR, &handle));
	CHECK(handle == -1);
}

static void a_claim_lasts_as_long_as_its_handle(void)
{
	int event = new_event(), handle, fd;

	CHECK(fdboxfs_put(&box, "c/event", event) == 0);
	fd = fdboxfs_open(&box, "c/event", O_RDWR, &handle);
	CHECK(fd >= 0);
	claims_become("c/event", "1");
	CHECK(close(handle) == 0);
	claims_become("c/event", "0");
	CHECK(close(fd) == 0);
	/* By name it is the connection's. */
	CHECK(fdboxfs_connect(&other, mountpoint) == 0);
	fd = fdboxfs_take(&other, "c/event", FDBOXFS_ANY);
	CHECK(fd >= 0);
	claims_become("c/event", "1");
	fdboxfs_close(&other);
	claims_become("c/event", "0");
	CHECK(close(fd) == 0 && close(event) == 0 && fdboxfs_remove(&box, "c/event") == 0);
}

static void check_read_only(int fd)
{
	char content[8] = "";

	CHECK(fd >= 0 && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY);
	CHECK(pread(fd, content, 7, 0) == 7 && !strcmp(content, "content"));
	CHECK(pwrite(fd, "x", 1, 0) == -1 && errno == EBADF);
	CHECK(mmap(NULL, 7, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
	CHECK(ftruncate(fd, 0) == -1);
	CHECK(close(fd) == 0);
}

static void read_only_is_read_only(void)
{
	int memory = new_memory("content"), event = new_event(), handle;

	CHECK(fdboxfs_put(&box, "c/memory", memory) == 0);
	CHECK(fdboxfs_put(&box, "c/event", event) == 0);
	check_read_only(fdboxfs_open(&box, "c/memory", O_RDONLY, &handle));
	CHECK(close(handle) == 0);
	check_read_only(fdboxfs_take(&box, "c/memory", O_RDONLY));
	REFUSED(EACCES, fdboxfs_open(&box, "c/event", O_RDONLY, &handle));
	CHECK(handle == -1);
	REFUSED(EACCES, fdboxfs_take(&box, "c/event", O_RDONLY));
	CHECK(fdboxfs_remove(&box, "c/memory") == 0 && fdboxfs_remove(&box, "c/event") == 0);
	CHECK(close(memory) == 0 && close(event) == 0);
}

static void names_that_would_be_something_else_are_not_sent(void)
{
	static const char *const names[] = { "c/a\nFDPOLL=1", "\n", "", "/", "c/", "/c/a", "c//a",
					     "c/../a", "..", "c/./a", "." };
	int event = new_event(), handle;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		REFUSED(EINVAL, fdboxfs_put(&box, names[i], event));
		REFUSED(EINVAL, fdboxfs_take(&box, names[i], FDBOXFS_ANY));
		REFUSED(EINVAL, fdboxfs_move(&box, names[i]));
		REFUSED(EINVAL, fdboxfs_remove(&box, names[i]));
		REFUSED(EINVAL, fdboxfs_open(&box, names[i], O_RDWR, &handle));
	}
	/* What only looks so is a name as any other. */
	CHECK(fdboxfs_put(&box, "c/...", event) == 0 && fdboxfs_remove(&box, "c/...") == 0);
	CHECK(fdboxfs_put(&box, "c/.hidden=\t\\", event) == 0);
	CHECK(fdboxfs_remove(&box, "c/.hidden=\t\\") == 0);
	REFUSED(EPERM, fdboxfs_put(&box, ".fdbox/a", event));
	REFUSED(EPERM, fdboxfs_put(&box, "at-the-root", event));
	CHECK(close(event) == 0);
}

static void what_is_no_handle_is_refused(void)
{
	int handle;
	int event = new_event();

	REFUSED(EXDEV, fdboxfs_take_handle(&box, event));
	REFUSED(EXDEV, fdboxfs_move_handle(&box, event));
	CHECK(close(event) == 0);
	REFUSED(EBADF, fdboxfs_take_handle(&box, event));
	CHECK(mkdirat(box.mount, "c/plain", 0700) == 0);
	REFUSED(EISDIR, fdboxfs_open_all(&box, "c/plain", &handle));
	CHECK(handle == -1);
	REFUSED(EISDIR, fdboxfs_take(&box, "c/plain", FDBOXFS_ANY));
	CHECK(unlinkat(box.mount, "c/plain", AT_REMOVEDIR) == 0);
	REFUSED(EBADF, fdboxfs_open(&box, ".fdbox/status", O_RDONLY, &handle));
}

/* Puts 253 of them by one message, takes them by one, and has not a single one too many. */
static void as_many_as_fit_into_a_message(void)
{
	static char name[FDBOXFS_DESCRIPTORS + 1][32];
	const char *names[FDBOXFS_DESCRIPTORS + 1];
	int fds[FDBOXFS_DESCRIPTORS + 1];
	int i, handle, count = FDBOXFS_DESCRIPTORS;

	CHECK(mkdirat(box.mount, "c/many", 0700) == 0);
	mark("c/many", "user.fdbox.link", "reserve");
	for (i = 0; i <= count; i++) {
		snprintf(name[i], sizeof(name[i]), "c/many/%03d", i);
		names[i] = name[i];
		fds[i] = new_event();
	}
	REFUSED(EINVAL, fdboxfs_put_all(&box, names, fds, count + 1));
	CHECK(fdboxfs_put_all(&box, names, fds, count) == 0);
	CHECK(fdboxfs_open_all(&box, "c/many", &handle) == count && box.count == count);
	for (i = 0; i < count; i++)
		CHECK(same(fdboxfs_find(&box, strrchr(name[i], '/') + 1), fds[i]));
	CHECK(fdboxfs_find(&box, "253") == -1 && errno == ENOENT);
	fdboxfs_drop(&box);
	CHECK(close(handle) == 0);
	for (i = 0; i < count; i++)
		CHECK(fdboxfs_remove(&box, names[i]) == 0);
	/* One of two cannot be put, so none is. */
	CHECK(fdboxfs_put(&box, names[1], fds[0]) == 0);
	REFUSED(EEXIST, fdboxfs_put_all(&box, names, fds, 2));
	REFUSED(ENOENT, fdboxfs_take(&box, names[0], FDBOXFS_ANY));
	CHECK(fdboxfs_remove(&box, names[1]) == 0);
	CHECK(unlinkat(box.mount, "c/many", AT_REMOVEDIR) == 0);
	for (i = 0; i <= count; i++)
		CHECK(close(fds[i]) == 0);
}

static void make_group(void)
{
	static const char *const names[] = { "c/group/a", "c/group/b", "c/group/c" };
	int i, fds[] = { new_event(), new_event(), new_event() };

	CHECK(mkdirat(box.mount, "c/group", 0700) == 0);
	CHECK(fdboxfs_put_all(&box, names, fds, 3) == 0);
	mark("c/group", "user.fdbox.link", "in-order");
	mark("c/group/a", "user.fdbox.after", "c");
	mark("c/group/c", "user.fdbox.after", "b");
	for (i = 0; i < 3; i++)
		CHECK(close(fds[i]) == 0);
}

/* What another process gets that takes the group: so many members, or that errno. */
static void others_get(int members, int error)
{
	int status, handle;
	pid_t child = fork();

	if (child == 0) {
		CHECK(fdboxfs_connect(&other, mountpoint) == 0);
		errno = 0;
		CHECK(fdboxfs_open_all(&other, "c/group", &handle) == members && errno == error);
		_exit(0);
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

static void a_group_comes_in_order_and_is_held_as_a_whole(void)
{
	int handle;

	make_group();
	CHECK(fdboxfs_open_all(&box, "c/group", &handle) == 3);
	CHECK(!strcmp(box.name[0], "c/group/b") && !strcmp(box.name[1], "c/group/c"));
	CHECK(!strcmp(box.name[2], "c/group/a"));
	claims_become("c/group/a", "1");
	others_get(-1, EBUSY);
	fdboxfs_drop(&box);
	CHECK(close(handle) == 0);
	others_get(3, 0);
	/* Moved out, it is gone as a whole. */
	handle = fdboxfs_open_handle(&box, "c/group", O_RDONLY | O_DIRECTORY);
	CHECK(handle >= 0 && fdboxfs_move_all(&box, handle) == 3);
	fdboxfs_drop(&box);
	CHECK(close(handle) == 0 && unlinkat(box.mount, "c/group", AT_REMOVEDIR) == 0);
}

static void what_is_moved_is_gone(void)
{
	int event = new_event(), handle, fd;

	CHECK(fdboxfs_put(&box, "c/event", event) == 0);
	fd = fdboxfs_move(&box, "c/event");
	CHECK(fd >= 0 && same(fd, event) && close(fd) == 0);
	REFUSED(ENOENT, fdboxfs_take(&box, "c/event", FDBOXFS_ANY));
	CHECK(fdboxfs_put(&box, "c/event", event) == 0);
	handle = fdboxfs_open_handle(&box, "c/event", O_RDWR);
	CHECK(handle >= 0);
	fd = fdboxfs_move_handle(&box, handle);
	CHECK(fd >= 0 && same(fd, event) && close(fd) == 0);
	REFUSED(ENOENT, fdboxfs_take(&box, "c/event", FDBOXFS_ANY));
	CHECK(close(handle) == 0 && close(event) == 0);
}

/* What came while there was room for some of it only is closed again, and the connection goes on. */
static void no_room_is_no_leak(void)
{
	struct rlimit limit, tight;
	int handle, before;

	make_group();
	handle = fdboxfs_open_handle(&box, "c/group", O_RDONLY | O_DIRECTORY);
	CHECK(handle >= 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0);
	before = open_descriptors();
	tight = limit;
	tight.rlim_cur = fcntl(handle, F_DUPFD, 0) + 2;
	close((int)tight.rlim_cur - 2);
	CHECK(setrlimit(RLIMIT_NOFILE, &tight) == 0);
	REFUSED(EMFILE, fdboxfs_take_all(&box, handle));
	CHECK(box.count == 0 && setrlimit(RLIMIT_NOFILE, &limit) == 0);
	CHECK(open_descriptors() == before);
	CHECK(fdboxfs_move_all(&box, handle) == 3);
	fdboxfs_drop(&box);
	CHECK(close(handle) == 0 && unlinkat(box.mount, "c/group", AT_REMOVEDIR) == 0);
}

static void real(void)
{
	static void (*const tests[])(void) = {
		what_is_put_is_what_is_taken,
		a_claim_lasts_as_long_as_its_handle,
		read_only_is_read_only,
		names_that_would_be_something_else_are_not_sent,
		what_is_no_handle_is_refused,
		as_many_as_fit_into_a_message,
		a_group_comes_in_order_and_is_held_as_a_whole,
		what_is_moved_is_gone,
		no_room_is_no_leak,
	};
	int before = open_descriptors();
	size_t i;

	CHECK(mkdirat(box.mount, "c", 0700) == 0);
	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		tests[i]();
		CHECK(open_descriptors() == before);
	}
	CHECK(unlinkat(box.mount, "c", AT_REMOVEDIR) == 0);
}

static int call(const char *which)
{
	if (!strcmp(which, "put"))
		return fdboxfs_put(&box, "a/b", STDIN_FILENO);
	if (!strcmp(which, "take"))
		return fdboxfs_take(&box, "a/b", FDBOXFS_ANY);
	return fdboxfs_take_all(&box, STDIN_FILENO);
}

static void lie(const char *which, int error, const char *connection)
{
	int before = open_descriptors(), lost = !strcmp(connection, "lost");

	REFUSED(error, call(which));
	CHECK(box.count == 0 && open_descriptors() == before - lost);
	/* A connection that was not given up is found closed by the other end. */
	REFUSED(lost ? ENOTCONN : ECONNRESET, call(which));
}

int main(int count, char **argument)
{
	int before = open_descriptors();

	if (count < 3)
		errx(2, "usage: test real MOUNT | lie MOUNT put|take|group ERRNO lost|kept");
	mountpoint = argument[2];
	CHECK(fdboxfs_connect(&box, mountpoint) == 0);
	if (!strcmp(argument[1], "real"))
		real();
	else
		lie(argument[3], atoi(argument[4]), argument[5]);
	fdboxfs_close(&box);
	CHECK(open_descriptors() == before);
	REFUSED(ENOTCONN, call("put"));
	REFUSED(ENOENT, fdboxfs_connect(&box, "/nowhere"));
	REFUSED(ENOENT, fdboxfs_connect(&box, "/tmp"));
	CHECK(open_descriptors() == before);
	return 0;
}
