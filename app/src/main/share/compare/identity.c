/* Who an actor is: ids, groups and capabilities, for itself and for what it runs. */
#include "actor.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_GROUPS = 64, MOST_CAPABILITIES = 64 };

static int set_groups(const char *list)
{
	gid_t groups[MOST_GROUPS];
	size_t count = 0;
	const char *next = list;

	while (*next >= '0' && *next <= '9' && count < MOST_GROUPS) {
		char *rest;

		groups[count++] = (gid_t)strtoul(next, &rest, 10);
		next = *rest == ',' ? rest + 1 : rest;
	}
	return setgroups(count, groups);
}

/* What a program started later could get back, root's included. */
static int bound(uint64_t capabilities)
{
	for (int i = 0; i < MOST_CAPABILITIES; i++) {
		if (prctl(PR_CAPBSET_READ, i, 0, 0, 0) < 0)
			break; /* the kernel has no more */
		if (!(capabilities >> i & 1) && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) < 0)
			return -1;
	}
	return 0;
}

static int set_capabilities(uint64_t capabilities)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof(data));
	for (int i = 0; i < 2; i++)
		data[i].effective = data[i].permitted = data[i].inheritable =
			(uint32_t)(capabilities >> (32 * i));
	return (int)syscall(SYS_capset, &header, data);
}

/* Of all that were asked for, those that there are: a container's root has fewer. */
static uint64_t had(uint64_t capabilities)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	memset(data, 0, sizeof(data));
	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return capabilities & ((uint64_t)data[1].permitted << 32 | data[0].permitted);
}

int become(uid_t uid, gid_t gid, const char *groups, uint64_t capabilities)
{
	uint64_t possible = had(capabilities);

	if (set_groups(groups) < 0 || setresgid(gid, gid, gid) < 0 || bound(possible) < 0 ||
	    prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresuid(uid, uid, uid) < 0 ||
	    set_capabilities(possible) < 0)
		return -1;
	for (int i = 0; i < MOST_CAPABILITIES; i++)
		if (possible >> i & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) < 0)
			return -1;
	/* As after execve(2): its own /proc files are its own. */
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}
