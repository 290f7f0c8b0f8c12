/* Steps on the mount, which is the working directory. */
#include "actor.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include "fdboxfs.h"

static struct fdboxfs box;

static mode_t mode_of(const char *octal)
{
	return (mode_t)strtoul(octal, NULL, 8);
}

static int fs_mkdir(char **word)
{
	begin();
	return (int)end(mkdir(word[0], mode_of(word[1])));
}

static int fs_rmdir(char **word)
{
	begin();
	return (int)end(rmdir(word[0]));
}

/* What was never opened, or is closed, is put by a number that nobody has open. */
enum { NOT_OPEN = 0xfffff };

static int fs_put(char **word)
{
	struct slot *slot = find(word[0]);
	char target[64];

	snprintf(target, sizeof(target), "/proc/self/fd/%d",
		 slot && slot->fd >= 0 ? slot->fd : NOT_OPEN);
	begin();
	return (int)end(symlink(target, word[1]));
}

static int fs_create(char **word)
{
	off_t size = strtoll(word[2], NULL, 10);
	int fd, result;

	begin();
	fd = open(word[0], O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode_of(word[1]));
	result = fd < 0 || (size > 0 && ftruncate(fd, size) < 0) ? -1 : 0;
	if (fd >= 0)
		close(fd);
	return (int)end(result);
}

static int fs_open(char **word)
{
	struct stat status;
	int fd;

	begin();
	fd = open(word[0], access_flags(word[1]) | O_CLOEXEC);
	if (fd >= 0 && word[2][0] == '\0')
		close(fd);
	if (end(fd) < 0)
		return -1;
	if (word[2][0] != '\0') {
		keep(word[2], fd, -1);
		find(word[2])->directory = !fstat(fd, &status) && S_ISDIR(status.st_mode);
	}
	return 0;
}

/* What a take brought: the first under the name, the rest with it. */
static void keep_taken(const char *name, int claim)
{
	size_t length = 0;

	for (int i = 0; i < box.count && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
					   i ? " " : "", box.name[i]);
	if (*name == '\0') {
		fdboxfs_drop(&box);
		if (claim >= 0)
			close(claim);
		return;
	}
	keep(name, box.fd[0], claim);
	for (int i = 1; i < box.count; i++) {
		struct slot *slot = find(name);

		if (slot->rests < (int)(sizeof(slot->rest) / sizeof(slot->rest[0])))
			slot->rest[slot->rests++] = box.fd[i];
		else
			close(box.fd[i]);
	}
}

/* A connection of its own each time, as a program that needs one descriptor would make. */
static int fs_obtain(char **word)
{
	int handle = -1, result = -1, error;

	begin();
	if (fdboxfs_connect(&box, mountpoint) == 0) {
		result = fdboxfs_open(&box, word[0], O_RDWR, &handle);
		error = errno;
		fdboxfs_close(&box);
		errno = error;
	}
	if (end(result) < 0)
		return -1;
	keep_taken(word[1], handle);
	return 0;
}

static int fs_get(char **word)
{
	int result = -1, error;

	begin();
	if (fdboxfs_connect(&box, mountpoint) == 0) {
		result = fdboxfs_move(&box, word[0]);
		error = errno;
		fdboxfs_close(&box);
		errno = error;
	}
	if (end(result) < 0)
		return -1;
	keep_taken(word[1], -1);
	return 0;
}

static int fs_take(char **word)
{
	struct slot *slot = find(word[0]);
	int handle = slot ? slot->fd : -1;
	int result = -1, error;

	begin();
	if (fdboxfs_connect(&box, mountpoint) == 0) {
		result = slot && slot->directory ? fdboxfs_take_all(&box, handle)
						 : fdboxfs_take_handle(&box, handle);
		error = errno;
		fdboxfs_close(&box);
		errno = error;
	}
	if (end(result) < 0)
		return -1;
	keep_taken(word[1], -1);
	return 0;
}

static int fs_remove(char **word)
{
	begin();
	return (int)end(unlink(word[0]));
}

static int fs_rename(char **word)
{
	begin();
	return (int)end(rename(word[0], word[1]));
}

static int fs_chmod(char **word)
{
	begin();
	return (int)end(chmod(word[0], mode_of(word[1])));
}

static int fs_chown(char **word)
{
	begin();
	return (int)end(chown(word[0], (uid_t)strtoll(word[1], NULL, 10),
			      (gid_t)strtoll(word[2], NULL, 10)));
}

static int fs_set(char **word)
{
	begin();
	return (int)end(setxattr(word[0], word[1], word[2], strlen(word[2]), 0));
}

static int by_name(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* The names, in order, with blanks between them. */
static void name_all(char *entries, long length)
{
	const char *names[1024];
	size_t count = 0, used = 0;

	for (long at = 0; at < length;) {
		struct dirent64 *entry = (struct dirent64 *)(entries + at);

		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") && count < 1024)
			names[count++] = entry->d_name;
		at += entry->d_reclen;
	}
	qsort(names, count, sizeof(names[0]), by_name);
	for (size_t i = 0; i < count && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "",
					 names[i]);
}

static int fs_list(char **word)
{
	static char entries[65536];
	long length = 0, count = -1;
	int fd;

	begin();
	fd = open(word[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (fd >= 0 && (count = syscall(SYS_getdents64, fd, entries + length,
					   sizeof(entries) - (size_t)length)) > 0)
		length += count;
	if (fd >= 0) {
		int error = errno;

		close(fd);
		errno = error;
	}
	if (end(count) < 0)
		return -1;
	name_all(entries, length);
	return 0;
}

static int fs_stat(char **word)
{
	struct stat status;
	char kind[64] = "";
	ssize_t length = 0;
	int result;

	begin();
	result = lstat(word[0], &status);
	if (result == 0 && S_ISREG(status.st_mode))
		length = getxattr(word[0], "user.fdbox.kind", kind, sizeof(kind) - 1);
	if (end(result) < 0)
		return -1;
	kind[length < 0 ? 0 : length] = '\0';
	snprintf(text, sizeof(text), "%s %04o %u:%u%s%s",
		 S_ISDIR(status.st_mode) ? "directory" : "file",
		 (unsigned int)(status.st_mode & 07777), status.st_uid, status.st_gid,
		 *kind ? " " : "", kind);
	return 0;
}

const struct command filesystem_commands[] = {
	{ "fs-mkdir", 2, fs_mkdir },
	{ "fs-rmdir", 1, fs_rmdir },
	{ "fs-put", 2, fs_put },
	{ "fs-create", 3, fs_create },
	{ "fs-open", 3, fs_open },
	{ "fs-obtain", 2, fs_obtain },
	{ "fs-get", 2, fs_get },
	{ "fs-take", 2, fs_take },
	{ "fs-remove", 1, fs_remove },
	{ "fs-rename", 2, fs_rename },
	{ "fs-chmod", 2, fs_chmod },
	{ "fs-chown", 3, fs_chown },
	{ "fs-set", 3, fs_set },
	{ "fs-list", 1, fs_list },
	{ "fs-stat", 1, fs_stat },
	{ NULL, 0, NULL },
};
