#include "holder.h"

#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The box in which entries are put. */
#define BOX "box"

struct protocol {
	const char *name;
	int socket_type;
	const char *socket; /* below the holder's path */
	bool by_handle;
	void (*write)(struct request *request, enum verb verb, const char *name);
	int (*read)(const char *answer, size_t length);
};

/* ---- fdboxfs: lines of text, one message a request ---- */

static void write_fdboxfs(struct request *request, enum verb verb, const char *name)
{
	static const char *const keys[] = { [STORE] = "FDSTORE", [TAKE] = "FDTAKE", [REMOVE] = "FDSTOREREMOVE" };
	int length = snprintf(request->text, sizeof request->text, "%s=1\nFDNAME=" BOX "/%s", keys[verb], name);

	if (length < 0 || length >= (int)sizeof request->text) {
		errno = ENAMETOOLONG;
		fail("%s", name);
	}
	request->length = (size_t)length;
}

/* What is taken is not named but sent along. */
static void write_handle(struct request *request, enum verb verb, const char *name)
{
	write_fdboxfs(request, verb, name);
	if (verb == TAKE)
		request->length = strlen("FDTAKE=1");
}

static int read_fdboxfs(const char *answer, size_t length)
{
	static const char key[] = "ERRNO=";
	const size_t at = sizeof key - 1;
	char *end;
	long number;

	if (length <= at || memcmp(answer, key, at) != 0)
		return EPROTO;
	number = strtol(answer + at, &end, 10); /* the buffer ends in NUL */
	return end == answer + at || (*end != '\n' && *end != '\0') ? EPROTO : (int)number;
}

/* ---- s6-fdholderd: a stream of frames, each a length, a number of descriptors and a body ---- */

enum { S6_HEADER = 6, S6_TIME = 12 };

/*
 * Until when the descriptor is to be kept: seconds, then nanoseconds, big-endian. The daemon looks for a
 * time of its own for each of them, so it is given different ones, as its tools do too; all far away.
 */
static char *write_s6_time(char *at)
{
	static uint32_t number;
	int i;

	memset(at, 0, S6_TIME);
	at[0] = 0x60;
	number++;
	for (i = 0; i < 4; i++)
		at[4 + i] = (char)(number >> (24 - 8 * i));
	return at + S6_TIME;
}

static void write_s6(struct request *request, enum verb verb, const char *name)
{
	size_t length = strlen(name), body;
	char *at = request->text + S6_HEADER;

	if (S6_HEADER + 1 + S6_TIME + 1 + length + 1 > sizeof request->text || length > UCHAR_MAX) {
		errno = ENAMETOOLONG;
		fail("%s", name);
	}
	*at++ = "SRD"[verb];
	if (verb == STORE)
		at = write_s6_time(at);
	if (verb == TAKE)
		*at++ = 0; /* and do not delete */
	*at++ = (char)length;
	memcpy(at, name, length + 1);
	request->length = (size_t)(at - request->text) + length + 1;
	body = request->length - S6_HEADER;
	memcpy(request->text, (char[S6_HEADER]){ 0, 0, (char)(body >> 8), (char)body, 0, verb == STORE }, S6_HEADER);
}

/* The answer's body is one byte: an errno, or 0. */
static int read_s6(const char *answer, size_t length)
{
	static const char header[] = { 0, 0, 0, 1, 0 };

	return length == S6_HEADER + 1 && memcmp(answer, header, sizeof header) == 0 ?
		       (unsigned char)answer[S6_HEADER] :
		       EPROTO;
}

/* ---- what both have in common ---- */

static const struct protocol protocols[] = {
	{ "fdboxfs", SOCK_SEQPACKET, "/.fdbox/exchange", false, write_fdboxfs, read_fdboxfs },
	{ "handle", SOCK_SEQPACKET, "/.fdbox/exchange", true, write_handle, read_fdboxfs },
	{ "s6", SOCK_STREAM, "", false, write_s6, read_s6 },
};

bool holder_parse(struct holder *holder, char *word)
{
	char *protocol = split_label(word), *path = protocol == NULL ? NULL : strchr(protocol, ':');
	size_t i;

	if (path == NULL)
		return false;
	*path++ = '\0';
	for (i = 0; i < sizeof protocols / sizeof *protocols; i++) {
		if (strcmp(protocol, protocols[i].name) != 0)
			continue;
		*holder = (struct holder){ word, &protocols[i], path, protocols[i].by_handle };
		return true;
	}
	return false;
}

void holder_request(const struct holder *holder, enum verb verb, const char *name, struct request *request)
{
	holder->protocol->write(request, verb, name);
}

union control {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr header;
};

static void send_request(const struct holder *holder, int connection, const struct request *request, int descriptor)
{
	union control control;
	struct iovec text = { (char *)request->text, request->length };
	struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1 };

	if (descriptor >= 0) {
		control.header = (struct cmsghdr){ CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
		message.msg_control = &control;
		message.msg_controllen = sizeof control;
	}
	if (sendmsg(connection, &message, MSG_NOSIGNAL) != (ssize_t)request->length)
		fail("cannot ask %s", holder->label);
}

/* Returns the errno in the answer; a descriptor that came with it goes to *received, -1 if none did. */
static int call(const struct holder *holder, int connection, const struct request *request, int descriptor, int *received)
{
	union control control;
	char answer[1024];
	struct iovec text = { answer, sizeof answer - 1 };
	struct msghdr message = { .msg_iov = &text,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof control };
	struct cmsghdr *header;
	ssize_t length;

	send_request(holder, connection, request, descriptor);
	length = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
	if (length <= 0) {
		if (length == 0)
			errno = ECONNRESET;
		fail("%s does not answer", holder->label);
	}
	header = CMSG_FIRSTHDR(&message);
	if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
	    (header != NULL && header->cmsg_len != CMSG_LEN(sizeof(int)))) {
		errno = EMSGSIZE;
		fail("%s answers more than was asked for", holder->label);
	}
	answer[length] = '\0';
	*received = -1;
	if (header != NULL)
		memcpy(received, CMSG_DATA(header), sizeof(int));
	return holder->protocol->read(answer, (size_t)length);
}

int holder_dial(const struct holder *holder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int connection = socket(AF_UNIX, holder->protocol->socket_type | SOCK_CLOEXEC, 0);
	int length = snprintf(address.sun_path, sizeof address.sun_path, "%s%s", holder->path,
			      holder->protocol->socket);

	if (length < 0 || length >= (int)sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		fail("%s", holder->path);
	}
	if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) < 0)
		fail("cannot connect to %s", address.sun_path);
	return connection;
}

int holder_connect(const struct holder *holder)
{
	int connection = holder_dial(holder), received;
	struct request request;

	holder_request(holder, REMOVE, "absent", &request);
	errno = call(holder, connection, &request, -1, &received);
	if (errno != ENOENT)
		fail("%s: removing what is not there should be ENOENT", holder->label);
	return connection;
}

void holder_do(const struct holder *holder, int connection, const struct request *request, int descriptor)
{
	int received;

	errno = call(holder, connection, request, descriptor, &received);
	if (errno != 0 || received >= 0)
		fail("%s refuses, or gives what was not asked for", holder->label);
}

int holder_take(const struct holder *holder, int connection, const struct request *request, int handle)
{
	int received;

	errno = call(holder, connection, request, handle, &received);
	if (errno != 0 || received < 0)
		fail("%s does not give what it holds", holder->label);
	return received;
}

int holder_open_handle(const struct holder *holder, const char *name)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof path, "%s/" BOX "/%s", holder->path, name), handle;

	if (length < 0 || length >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		fail("%s", name);
	}
	handle = open(path, O_RDWR | O_CLOEXEC);
	if (handle < 0)
		fail("cannot open %s", path);
	return handle;
}
