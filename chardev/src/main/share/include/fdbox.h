/*
 * The character device of fdboxfs, and what a server in user space cannot do for its callers.
 *
 *	#define _GNU_SOURCE
 *	#include "fdbox.h"
 *
 *	int control = fdbox_open("/dev/fdbox", FDBOX_CONTROL);
 *	fdbox_create(control, "vm1");
 *	int box = fdbox_open("/dev/fdbox", "vm1");
 *	fdbox_put(box, fd, "ram");		fd is closed here
 *	fd = fdbox_get(box, "ram");		and comes back here; the entry is gone
 *
 * Structs and numbers are those of FDBox RFC v1 (7 March 2025). The same calls work on the files
 * that a mount with -o chardev has: fdbox_open("/run/box/.fdbox/chardev", ...). Those are regular
 * files, and the kernel passes a struct only if the number of the ioctl tells its size; so each
 * number that takes a struct has a twin for them. fdbox_ioctl() chooses.
 *
 * Every function returns -1 and sets errno when it fails. See docs/chardev.md.
 */
#ifndef FDBOX_H
#define FDBOX_H

#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef O_PATH
#error "fdbox.h needs _GNU_SOURCE, defined before the first #include"
#endif

#define FDBOX_NAME_LEN 256	/* the NUL at the end included */
#define FDBOX_TYPE '.'
#define FDBOX_BASE 0
#define FDBOX_CONTROL "fdbox"	/* the control node, beside one node for each box */

struct fdbox_create_box {
	__u64 flags;		/* 0 */
	__u8 name[FDBOX_NAME_LEN];
};

struct fdbox_delete_box {
	__u64 flags;		/* 0 */
	__u8 name[FDBOX_NAME_LEN];
};

struct fdbox_put_fd {
	__u64 flags;		/* not looked at */
	__u32 fd;
	__u32 pad;		/* not looked at */
	__u8 name[FDBOX_NAME_LEN];
};

struct fdbox_get_fd {
	__u64 flags;		/* 0 */
	__u32 pad;		/* the socket by which the descriptor comes, see fdbox_get() */
	__u8 name[FDBOX_NAME_LEN];
};

/* What is read of it, also of a 32-bit program, whose struct ends 4 bytes before. */
#define FDBOX_GET_FD_BYTES 272

/* On /dev/fdbox: the numbers of the RFC. */
#define FDBOX_CREATE_BOX _IO(FDBOX_TYPE, FDBOX_BASE + 0)	/* control, struct fdbox_create_box */
#define FDBOX_DELETE_BOX _IO(FDBOX_TYPE, FDBOX_BASE + 1)	/* control, struct fdbox_delete_box */
#define FDBOX_PUT_FD _IO(FDBOX_TYPE, FDBOX_BASE + 2)		/* box, struct fdbox_put_fd */
#define FDBOX_GET_FD _IO(FDBOX_TYPE, FDBOX_BASE + 3)		/* box, struct fdbox_get_fd */
#define FDBOX_SEAL _IO(FDBOX_TYPE, FDBOX_BASE + 4)		/* box */
#define FDBOX_UNSEAL _IO(FDBOX_TYPE, FDBOX_BASE + 5)		/* box */

/* On .fdbox/chardev of a mount. FDBOX_SEAL and FDBOX_UNSEAL take nothing and are the same there. */
#define FDBOX_MOUNT_CREATE_BOX _IOW(FDBOX_TYPE, FDBOX_BASE + 0, struct fdbox_create_box)
#define FDBOX_MOUNT_DELETE_BOX _IOW(FDBOX_TYPE, FDBOX_BASE + 1, struct fdbox_delete_box)
#define FDBOX_MOUNT_PUT_FD _IOW(FDBOX_TYPE, FDBOX_BASE + 2, struct fdbox_put_fd)
#define FDBOX_MOUNT_GET_FD _IOC(_IOC_WRITE, FDBOX_TYPE, FDBOX_BASE + 3, FDBOX_GET_FD_BYTES)

/* Opens the node of a box, or FDBOX_CONTROL, in /dev/fdbox or .fdbox/chardev of a mount. */
static inline int fdbox_open(const char *directory, const char *name)
{
	int node, at = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (at < 0)
		return -1;
	node = openat(at, name, O_RDWR | O_CLOEXEC);
	close(at);
	return node;
}

/* Takes a number of the RFC, and uses its twin where the node is a file of a mount. */
static inline int fdbox_ioctl(int node, unsigned long number, void *argument)
{
	struct stat status;

	if (fstat(node, &status) < 0)
		return -1;
	if (S_ISREG(status.st_mode)) {
		switch (number) {
		case FDBOX_CREATE_BOX: number = FDBOX_MOUNT_CREATE_BOX; break;
		case FDBOX_DELETE_BOX: number = FDBOX_MOUNT_DELETE_BOX; break;
		case FDBOX_PUT_FD: number = FDBOX_MOUNT_PUT_FD; break;
		case FDBOX_GET_FD: number = FDBOX_MOUNT_GET_FD; break;
		}
	}
	return ioctl(node, number, argument);
}

static inline int fdbox_set_name(__u8 *to, const char *name)
{
	size_t length = strlen(name);

	if (length >= FDBOX_NAME_LEN) {
		errno = EINVAL;
		return -1;
	}
	memcpy(to, name, length + 1);
	return 0;
}

static inline int fdbox_create(int control, const char *name)
{
	struct fdbox_create_box create;

	memset(&create, 0, sizeof(create));
	return fdbox_set_name(create.name, name) ? -1 : fdbox_ioctl(control, FDBOX_CREATE_BOX, &create);
}

/* Lets go of a box with all that is in it. */
static inline int fdbox_delete(int control, const char *name)
{
	struct fdbox_delete_box doomed;

	memset(&doomed, 0, sizeof(doomed));
	return fdbox_set_name(doomed.name, name) ? -1 : fdbox_ioctl(control, FDBOX_DELETE_BOX, &doomed);
}

/*
 * Moves a descriptor into a box. That it leaves the caller is done here: the ioctl takes a
 * duplicate, and nobody else can close a descriptor of ours.
 */
static inline int fdbox_put(int box, int fd, const char *name)
{
	struct fdbox_put_fd put;

	memset(&put, 0, sizeof(put));
	put.fd = (__u32)fd;
	if (fdbox_set_name(put.name, name) || fdbox_ioctl(box, FDBOX_PUT_FD, &put) < 0)
		return -1;
	close(fd);
	return 0;
}

/* The descriptor that a message brings, or -1 (EMFILE: there was no room for it here). */
static inline int fdbox_receive(int socket)
{
	union {
		struct cmsghdr first;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	int status, fd = -1;
	struct iovec part = { &status, sizeof(status) };
	struct msghdr message;
	struct cmsghdr *header;

	memset(&control, 0, sizeof(control));
	memset(&message, 0, sizeof(message));
	message.msg_iov = &part;
	message.msg_iovlen = 1;
	message.msg_control = &control;
	message.msg_controllen = sizeof(control);
	if (recvmsg(socket, &message, 0) < 0)
		return -1;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
		errno = EMFILE;
		return -1;
	}
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

/*
 * Says that a descriptor has arrived, and waits for what comes of it: 0, the entry has left its box;
 * or -1 and why it has not, so that it is not ours. If the server is gone, and the box with it, there
 * is no answer: what has arrived is all that is left of the entry.
 */
static inline int fdbox_confirm(int socket)
{
	int status = 0;
	ssize_t length;

	if (send(socket, &status, sizeof(status), MSG_NOSIGNAL) < 0)
		return errno == EPIPE || errno == ECONNRESET ? 0 : -1;
	do
		length = recv(socket, &status, sizeof(status), 0);
	while (length < 0 && errno == EINTR);
	if (length != sizeof(status) || !status)
		return 0;
	errno = status;
	return -1;
}

/*
 * Moves a descriptor out of a box and returns its number; it is not close-on-exec, as in the RFC.
 *
 * The ioctl sends it over a SOCK_SEQPACKET pair of ours, one end of which is named by pad. The
 * entry stays, and nobody else can get it, until it is confirmed. Who dies before has lost nothing.
 */
static inline int fdbox_get(int box, const char *name)
{
	union {
		struct fdbox_get_fd get;
		char room[FDBOX_GET_FD_BYTES];
	} argument;
	int pair[2], fd, error, sent;

	memset(&argument, 0, sizeof(argument));
	if (fdbox_set_name(argument.get.name, name) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	argument.get.pad = (__u32)pair[1];
	sent = fdbox_ioctl(box, FDBOX_GET_FD, &argument);
	error = errno;
	close(pair[1]);		/* ours, so that we notice if the other end is closed */
	errno = error;
	fd = sent < 0 ? -1 : fdbox_receive(pair[0]);
	error = errno;
	if (fd >= 0 && fdbox_confirm(pair[0]) < 0) {
		error = errno;
		close(fd);
		fd = -1;
	}
	close(pair[0]);
	errno = error;
	return fd;
}

static inline int fdbox_seal(int box)
{
	return fdbox_ioctl(box, FDBOX_SEAL, NULL);
}

static inline int fdbox_unseal(int box)
{
	return fdbox_ioctl(box, FDBOX_UNSEAL, NULL);
}

#endif
