/* Steps on the character device, by the functions of its header. */
#include "actor.h"

#include <stdio.h>
#include <stdlib.h>

#include "fdbox.h"

/* The node of a box, opened by its path as any device is. */
static int open_node(const char *name)
{
	char path[4096 + FDBOX_NAME_LEN];

	snprintf(path, sizeof(path), "%s/%s", device, name);
	return open(path, O_RDWR | O_CLOEXEC);
}

static long close_node(int node, long result)
{
	int error = errno;

	if (node >= 0)
		close(node);
	errno = error;
	return result;
}

static int dev_create(char **word)
{
	int node;

	begin();
	node = open_node(FDBOX_CONTROL);
	return (int)end(close_node(node, node < 0 ? -1 : fdbox_create(node, word[0])));
}

static int dev_delete(char **word)
{
	int node;

	begin();
	node = open_node(FDBOX_CONTROL);
	return (int)end(close_node(node, node < 0 ? -1 : fdbox_delete(node, word[0])));
}

static int dev_put(char **word)
{
	struct slot *slot = find(word[0]);
	int node, result;

	begin();
	node = open_node(word[1]);
	result = node < 0 ? -1 : fdbox_put(node, slot ? slot->fd : -1, word[2]);
	if (end(close_node(node, result)) < 0)
		return -1;
	if (slot)
		slot->fd = -1; /* closed, and the number may be another's soon */
	return 0;
}

static int dev_get(char **word)
{
	int node, fd;

	begin();
	node = open_node(word[0]);
	fd = node < 0 ? -1 : fdbox_get(node, word[1]);
	if (end(close_node(node, fd)) < 0)
		return -1;
	keep(word[2], fd, -1);
	return 0;
}

static int dev_seal(char **word)
{
	int node;

	begin();
	node = open_node(word[0]);
	return (int)end(close_node(node, node < 0 ? -1 : fdbox_seal(node)));
}

static int dev_unseal(char **word)
{
	int node;

	begin();
	node = open_node(word[0]);
	return (int)end(close_node(node, node < 0 ? -1 : fdbox_unseal(node)));
}

static void node_path(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", device, name);
}

static int dev_chmod(char **word)
{
	char path[4096];

	node_path(path, sizeof(path), word[0]);
	begin();
	return (int)end(chmod(path, (mode_t)strtoul(word[1], NULL, 8)));
}

static int dev_chown(char **word)
{
	char path[4096];

	node_path(path, sizeof(path), word[0]);
	begin();
	return (int)end(chown(path, (uid_t)strtoll(word[1], NULL, 10),
			      (gid_t)strtoll(word[2], NULL, 10)));
}

static int dev_stat(char **word)
{
	struct stat status;
	char path[4096];

	node_path(path, sizeof(path), word[0]);
	begin();
	if (end(lstat(path, &status)) < 0)
		return -1;
	snprintf(text, sizeof(text), "%s %04o %u:%u",
		 S_ISCHR(status.st_mode) ? "device" : "file",
		 (unsigned int)(status.st_mode & 07777), status.st_uid, status.st_gid);
	return 0;
}

const struct command device_commands[] = {
	{ "dev-create", 1, dev_create },
	{ "dev-delete", 1, dev_delete },
	{ "dev-put", 3, dev_put },
	{ "dev-get", 3, dev_get },
	{ "dev-seal", 1, dev_seal },
	{ "dev-unseal", 1, dev_unseal },
	{ "dev-chmod", 2, dev_chmod },
	{ "dev-chown", 3, dev_chown },
	{ "dev-stat", 1, dev_stat },
	{ NULL, 0, NULL },
};
