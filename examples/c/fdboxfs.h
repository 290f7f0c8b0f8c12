/*
 * A client of fdboxfs in one header: real descriptors into a mount and out of it again. Copy it.
 *
 *	#define _GNU_SOURCE
 *	#include "fdboxfs.h"
 *
 *	struct fdboxfs box;
 *	int handle, ram, memory = memfd_create("ram", MFD_CLOEXEC);
 *
 *	if (fdboxfs_connect(&box, "/run/box") < 0 ||
 *	    fdboxfs_put(&box, "vm1/ram", memory) < 0 ||
 *	    (ram = fdboxfs_open(&box, "vm1/ram", O_RDWR, &handle)) < 0)
 *		errx(1, "%s", box.why);
 *	... mmap(..., ram, 0) ...
 *	close(ram);
 *	close(handle);		the claim on vm1/ram ends here
 *	fdboxfs_close(&box);	and what was taken by name ends here
 *
 * Every function returns -1 and sets errno when it fails, and box.why then holds a sentence. Names
 * are paths from the root of the mount. Received descriptors are the caller's to close, and are
 * closed over exec. A struct fdboxfs is for one thread at a time; it has 70 KiB.
 *
 * When the mount does not answer, or not in words known here, the connection is closed: its claims
 * have ended, and further calls are ENOTCONN until fdboxfs_close and a new fdboxfs_connect.
 *
 * C11 and C++, Linux. Needs a mounted /proc.
 */
#ifndef FDBOXFS_H
#define FDBOXFS_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef O_PATH
#error "fdboxfs.h needs _GNU_SOURCE, defined before the first #include"
#endif

enum {
	FDBOXFS_DESCRIPTORS = 253,	/* in one message: the kernel's own limit */
	FDBOXFS_MESSAGE = 65536,	/* bytes of a message, in both directions */
	FDBOXFS_ANY = -1,
};

struct fdboxfs {
	int mount;	/* the root of the mount, for openat(2) */
	int exchange;	/* the connection; -1 when it was lost */
	char why[512];	/* why the last call failed */

	/* What the last call received, in order. The names stay until the next call. */
	int count;
	int fd[FDBOXFS_DESCRIPTORS];
	const char *name[FDBOXFS_DESCRIPTORS];
	char text[FDBOXFS_MESSAGE + 1];
};

union fdboxfs_control {
	struct cmsghdr first;
	char room[CMSG_SPACE(sizeof(int) * FDBOXFS_DESCRIPTORS)];
};

static inline int fdboxfs_fail(struct fdboxfs *box, int error, const char *what)
{
	if (what)
		snprintf(box->why, sizeof(box->why), "%s: %s", what, strerror(error));
	errno = error;
	return -1;
}

/* Closes the descriptors that the last call received. */
static inline void fdboxfs_drop(struct fdboxfs *box)
{
	while (box->count > 0)
		close(box->fd[--box->count]);
}

/* After this nobody knows any more which answer belongs to which request. */
static inline int fdboxfs_hang_up(struct fdboxfs *box, int error, const char *what)
{
	fdboxfs_drop(box);
	close(box->exchange);
	box->exchange = -1;
	return fdboxfs_fail(box, error, what);
}

static inline void fdboxfs_close(struct fdboxfs *box)
{
	if (box->exchange >= 0)
		close(box->exchange);
	if (box->mount >= 0)
		close(box->mount);
	box->exchange = box->mount = -1;
}

static inline int fdboxfs_connect(struct fdboxfs *box, const char *mountpoint)
{
	struct sockaddr_un address;
	int error;

	memset(&address, 0, sizeof(address));
	box->exchange = -1;
	box->count = 0;
	box->why[0] = '\0';
	box->mount = open(mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (box->mount < 0)
		return fdboxfs_fail(box, errno, mountpoint);
	/* An address holds 107 bytes, a mount point may be longer: by its number it always fits. */
	address.sun_family = AF_UNIX;
	sprintf(address.sun_path, "/proc/self/fd/%d/.fdbox/exchange", box->mount);
	box->exchange = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (box->exchange >= 0 &&
	    !connect(box->exchange, (const struct sockaddr *)&address, sizeof(address)))
		return 0;
	error = errno;
	fdboxfs_close(box);
	return fdboxfs_fail(box, error, "cannot reach .fdbox/exchange of the mount");
}

/* What would leave the mount, or end a line of the message early, never leaves this process. */
static inline int fdboxfs_check_path(struct fdboxfs *box, const char *path)
{
	const char *part = path;

	if (strchr(path, '\n'))
		return fdboxfs_fail(box, EINVAL, "a name with a newline");
	for (;;) {
		size_t length = strcspn(part, "/");

		if (length == 0 || (length <= 2 && !strncmp(part, "..", length)))
			return fdboxfs_fail(box, EINVAL, "a path with an empty part, . or ..");
		if (part[length] == '\0')
			return 0;
		part += length + 1;
	}
}

static inline void fdboxfs_add(struct msghdr *message, const char *text)
{
	message->msg_iov[message->msg_iovlen].iov_base = (void *)text;
	message->msg_iov[message->msg_iovlen].iov_len = strlen(text);
	message->msg_iovlen++;
}

/* Sends the lines in head, an FDNAME= for each name, and the descriptors. */
static inline int fdboxfs_send(struct fdboxfs *box, const char *head, const char *const *names,
			       int name_count, const int *fds, int fd_count)
{
	struct iovec pieces[1 + 3 * FDBOXFS_DESCRIPTORS];
	union fdboxfs_control control;
	struct msghdr message;
	ssize_t sent;
	int i;

	memset(&message, 0, sizeof(message));
	memset(&control, 0, sizeof(control));
	message.msg_iov = pieces;
	fdboxfs_add(&message, head);
	for (i = 0; i < name_count; i++) {
		if (fdboxfs_check_path(box, names[i]) < 0)
			return -1;
		fdboxfs_add(&message, "FDNAME=");
		fdboxfs_add(&message, names[i]);
		fdboxfs_add(&message, "\n");
	}
	if (fd_count > 0) {
		control.first.cmsg_level = SOL_SOCKET;
		control.first.cmsg_type = SCM_RIGHTS;
		control.first.cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
		memcpy(CMSG_DATA(&control.first), fds, sizeof(int) * fd_count);
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
	}
	do
		sent = sendmsg(box->exchange, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	/* One that closed the connection may have said before why. */
	if (sent >= 0 || errno == EPIPE || errno == ECONNRESET)
		return 0;
	return fdboxfs_fail(box, errno, "the request was not sent");
}

static inline int fdboxfs_receive(struct fdboxfs *box)
{
	union fdboxfs_control control;
	struct cmsghdr *header;
	struct iovec piece = { box->text, FDBOXFS_MESSAGE };
	struct msghdr message;
	ssize_t length;
	int resets = 0;	/* a reset is told once, before the answer that may wait behind it */

	memset(&message, 0, sizeof(message));
	message.msg_iov = &piece;
	message.msg_iovlen = 1;
	message.msg_control = &control;
	message.msg_controllen = sizeof(control);
	do
		length = recvmsg(box->exchange, &message, MSG_CMSG_CLOEXEC);
	while (length < 0 && (errno == EINTR || (errno == ECONNRESET && !resets++)));
	if (length < 0)
		return fdboxfs_hang_up(box, errno, "no answer");
	/* First of all, so that no descriptor is lost whatever else the message says. */
	header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
		box->count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(box->fd, CMSG_DATA(header), box->count * sizeof(int));
	}
	if (length == 0)
		return fdboxfs_hang_up(box, ECONNRESET, "the mount has closed the connection");
	if (message.msg_flags & MSG_TRUNC || memchr(box->text, '\0', length))
		return fdboxfs_hang_up(box, EPROTO, "the answer is too long, or no text");
	box->text[length] = '\0';
	if (message.msg_flags & MSG_CTRUNC) {
		fdboxfs_drop(box);
		return fdboxfs_fail(box, EMFILE, "no room for the descriptors of the answer");
	}
	return 0;
}

/* Fills box->name and box->why, and returns the number of ERRNO=, -1 if there is none. */
static inline int fdboxfs_parse(struct fdboxfs *box, int *names)
{
	char *line = box->text, *rest, *end;
	long error = -1;

	*names = 0;
	if (!strncmp(line, "ERRNO=", 6) && line[6] >= '0' && line[6] <= '9') {
		error = strtol(line + 6, &end, 10);
		if (error > 4095 || (*end != '\n' && *end != '\0'))
			error = -1;
	}
	for (; line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		if (!strncmp(line, "WHY=", 4))
			snprintf(box->why, sizeof(box->why), "%s", line + 4);
		if (!strncmp(line, "FDNAME=", 7)) {
			if (*names < FDBOXFS_DESCRIPTORS)
				box->name[*names] = line + 7;
			++*names;
		}
	}
	return (int)error;
}

/* A request and its answer, which has to bring so many descriptors, each with a name. */
static inline int fdboxfs_call(struct fdboxfs *box, const char *head, const char *const *names,
			       int name_count, const int *fds, int fd_count, int wanted)
{
	int error, named;

	box->count = 0;
	box->why[0] = '\0';
	if (box->exchange < 0)
		return fdboxfs_fail(box, ENOTCONN, "the connection was lost");
	if (name_count > FDBOXFS_DESCRIPTORS || fd_count > FDBOXFS_DESCRIPTORS)
		return fdboxfs_fail(box, EINVAL, "more than 253 descriptors");
	if (fdboxfs_send(box, head, names, name_count, fds, fd_count) < 0 ||
	    fdboxfs_receive(box) < 0)
		return -1;
	error = fdboxfs_parse(box, &named);
	if (error < 0 || (error > 0 && box->count > 0))
		return fdboxfs_hang_up(box, EPROTO, "the answer is not understood");
	if (error > 0)
		return fdboxfs_fail(box, error, box->why[0] ? NULL : "refused");
	if (box->count != (wanted == FDBOXFS_ANY ? named : wanted) ||
	    (box->count > 0 && box->count != named))
		return fdboxfs_hang_up(box, EPROTO, "the answer has not what was asked for");
	return box->count;
}

/* Puts descriptors under names, all of them or none. They stay the caller's. */
static inline int fdboxfs_put_all(struct fdboxfs *box, const char *const *names, const int *fds,
				  int count)
{
	return fdboxfs_call(box, "FDSTORE=1\n", names, count, fds, count, 0);
}

static inline int fdboxfs_put(struct fdboxfs *box, const char *name, int fd)
{
	return fdboxfs_put_all(box, &name, &fd, 1);
}

static inline int fdboxfs_remove(struct fdboxfs *box, const char *name)
{
	return fdboxfs_call(box, "FDSTOREREMOVE=1\n", &name, 1, NULL, 0, 0);
}

/*
 * Takes by name: the claim is the connection's. The access is O_RDONLY, O_WRONLY, O_RDWR, or
 * FDBOXFS_ANY for all that the descriptor was put for.
 */
static inline int fdboxfs_take(struct fdboxfs *box, const char *name, int access)
{
	const char *head = access == O_RDONLY ? "FDTAKE=1\nFDACCESS=read\n" :
			   access == O_WRONLY ? "FDTAKE=1\nFDACCESS=write\n" :
			   access == O_RDWR   ? "FDTAKE=1\nFDACCESS=read-write\n" : "FDTAKE=1\n";

	return fdboxfs_call(box, head, &name, 1, NULL, 0, 1) < 0 ? -1 : box->fd[0];
}

/* Takes what an open handle of the mount stands for: the claim is the handle's. */
static inline int fdboxfs_take_handle(struct fdboxfs *box, int handle)
{
	return fdboxfs_call(box, "FDTAKE=1\n", NULL, 0, &handle, 1, 1) < 0 ? -1 : box->fd[0];
}

/*
 * Takes all members of a group by an open handle of its directory, or none, and returns how many.
 * They are in box->fd[] and box->name[], each behind those that it depends on.
 */
static inline int fdboxfs_take_all(struct fdboxfs *box, int directory)
{
	return fdboxfs_call(box, "FDTAKE=1\n", NULL, 0, &directory, 1, FDBOXFS_ANY);
}

/*
 * As the takes, and the entries leave the box. Have descriptors to spare: what an answer brings
 * and this process cannot hold (EMFILE) is gone.
 */
static inline int fdboxfs_move(struct fdboxfs *box, const char *name)
{
	return fdboxfs_call(box, "FDTAKE=move\n", &name, 1, NULL, 0, 1) < 0 ? -1 : box->fd[0];
}

static inline int fdboxfs_move_handle(struct fdboxfs *box, int handle)
{
	return fdboxfs_call(box, "FDTAKE=move\n", NULL, 0, &handle, 1, 1) < 0 ? -1 : box->fd[0];
}

static inline int fdboxfs_move_all(struct fdboxfs *box, int directory)
{
	return fdboxfs_call(box, "FDTAKE=move\n", NULL, 0, &directory, 1, FDBOXFS_ANY);
}

/* Opens what is in the mount as open(2) does. With O_CREAT it is new memory of mode 0600. */
static inline int fdboxfs_open_handle(struct fdboxfs *box, const char *path, int flags)
{
	int handle;

	box->why[0] = '\0';
	if (fdboxfs_check_path(box, path) < 0)
		return -1;
	handle = openat(box->mount, path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	return handle < 0 ? fdboxfs_fail(box, errno, path) : handle;
}

/* A handle by which nothing was taken is of no use. */
static inline int fdboxfs_keep(int result, int *handle)
{
	int error = errno;

	if (result < 0) {
		close(*handle);
		*handle = -1;
		errno = error;
	}
	return result;
}

/*
 * Opens an entry and takes by that handle: returns the real descriptor. The claim on it lasts as
 * long as the handle is open.
 */
static inline int fdboxfs_open(struct fdboxfs *box, const char *name, int flags, int *handle)
{
	*handle = fdboxfs_open_handle(box, name, flags);
	return *handle < 0 ? -1 : fdboxfs_keep(fdboxfs_take_handle(box, *handle), handle);
}

/* The same for a group, as fdboxfs_take_all: the handle holds the claims on all members. */
static inline int fdboxfs_open_all(struct fdboxfs *box, const char *group, int *handle)
{
	*handle = fdboxfs_open_handle(box, group, O_RDONLY | O_DIRECTORY);
	return *handle < 0 ? -1 : fdboxfs_keep(fdboxfs_take_all(box, *handle), handle);
}

/* Of what the last call received, the descriptor whose path ends in this name, or -1 (ENOENT). */
static inline int fdboxfs_find(struct fdboxfs *box, const char *name)
{
	int i;

	for (i = 0; i < box->count; i++) {
		const char *slash = strrchr(box->name[i], '/');

		if (!strcmp(slash ? slash + 1 : box->name[i], name))
			return box->fd[i];
	}
	return fdboxfs_fail(box, ENOENT, name);
}

#endif
