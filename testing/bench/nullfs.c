/*
 * The peer of the benchmark: a filesystem that does nothing, on libfuse 2's high level API.
 *
 * It holds /box and /box/ram and answers every request from constants, so what a call through it
 * costs is the price of FUSE and libfuse alone. Timeouts and options are libfuse's defaults.
 */
#define FUSE_USE_VERSION 26

#include <errno.h>
#include <fuse.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char box_path[] = "/box";
static const char file_path[] = "/box/ram";
static const off_t file_size = 64 << 20;

static int null_getattr(const char *path, struct stat *st)
{
	memset(st, 0, sizeof *st);
	st->st_uid = getuid();
	st->st_gid = getgid();
	if (strcmp(path, file_path) == 0) {
		st->st_mode = S_IFREG | 0600;
		st->st_nlink = 1;
		st->st_size = file_size;
		return 0;
	}
	if (strcmp(path, "/") == 0 || strcmp(path, box_path) == 0) {
		st->st_mode = S_IFDIR | 0755;
		st->st_nlink = 2;
		return 0;
	}
	return -ENOENT;
}

static int null_open(const char *path, struct fuse_file_info *fi)
{
	(void)fi;
	return strcmp(path, file_path) == 0 ? 0 : -ENOENT;
}

static int null_read(const char *path, char *buf, size_t size, off_t offset, struct fuse_file_info *fi)
{
	(void)path;
	(void)fi;
	if (offset >= file_size)
		return 0;
	if ((off_t)size > file_size - offset)
		size = (size_t)(file_size - offset);
	memset(buf, 0, size);
	return (int)size;
}

static int null_readdir(const char *path, void *buf, fuse_fill_dir_t fill, off_t offset,
			struct fuse_file_info *fi)
{
	const char *child;

	(void)offset;
	(void)fi;
	if (strcmp(path, "/") == 0)
		child = box_path + 1;
	else if (strcmp(path, box_path) == 0)
		child = file_path + sizeof box_path;
	else
		return -ENOENT;
	fill(buf, ".", NULL, 0);
	fill(buf, "..", NULL, 0);
	fill(buf, child, NULL, 0);
	return 0;
}

static const struct fuse_operations null_operations = {
	.getattr = null_getattr,
	.open = null_open,
	.read = null_read,
	.readdir = null_readdir,
};

int main(int argc, char *argv[])
{
	return fuse_main(argc, argv, &null_operations, NULL);
}
