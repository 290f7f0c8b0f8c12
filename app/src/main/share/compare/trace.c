/* Counts the system calls of each step: the parent of the actor sees every one that it makes. */
#include "actor.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <linux/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	long number;
	const char *name;
} names[] = {
#define CALL(name) { SYS_##name, #name }
#ifdef SYS_open
	CALL(open), CALL(mkdir), CALL(rmdir), CALL(symlink), CALL(unlink), CALL(rename),
	CALL(chmod), CALL(chown), CALL(lchown), CALL(stat), CALL(lstat), CALL(poll), CALL(pipe),
	CALL(readlink), CALL(access),
#endif
	CALL(openat), CALL(close), CALL(read), CALL(write), CALL(pread64), CALL(pwrite64),
	CALL(mmap), CALL(munmap), CALL(ioctl), CALL(fstat), CALL(newfstatat), CALL(statx),
	CALL(mkdirat), CALL(symlinkat), CALL(unlinkat), CALL(renameat), CALL(renameat2),
	CALL(fchmod), CALL(fchmodat), CALL(fchown), CALL(fchownat), CALL(ftruncate),
	CALL(truncate), CALL(getdents64), CALL(setxattr), CALL(getxattr), CALL(lgetxattr),
	CALL(socket), CALL(socketpair), CALL(connect), CALL(sendmsg), CALL(recvmsg),
	CALL(sendto), CALL(recvfrom), CALL(memfd_create), CALL(eventfd2), CALL(pipe2),
	CALL(timerfd_create), CALL(pidfd_open), CALL(epoll_create1), CALL(lseek), CALL(fcntl),
	CALL(dup), CALL(brk), CALL(inotify_init1), CALL(getpid), CALL(kill),
	CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(setsockopt), CALL(getsockopt), CALL(prctl),
};

static void print_call(long number)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].number == number) {
			printf(" %s", names[i].name);
			return;
		}
	}
	printf(" syscall_%ld", number);
}

/* Whether the step at hand is being counted, after this call. */
static bool see(pid_t actor, bool counting)
{
	struct ptrace_syscall_info info;

	memset(&info, 0, sizeof(info));
	if (ptrace(PTRACE_GET_SYSCALL_INFO, actor, sizeof(info), &info) < 0)
		exit(1);
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return counting;
	if (info.entry.nr != MARK) {
		if (counting)
			print_call((long)info.entry.nr);
		return counting;
	}
	printf(info.entry.args[0] ? "calls" : "\n");
	fflush(stdout);
	return info.entry.args[0] != 0;
}

static void watch(pid_t actor)
{
	bool counting = false;
	int status, signal = 0;

	while (ptrace(PTRACE_SYSCALL, actor, 0, signal) == 0 && waitpid(actor, &status, 0) == actor) {
		signal = 0;
		if (!WIFSTOPPED(status))
			break;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			counting = see(actor, counting);
		else
			signal = WSTOPSIG(status);
	}
	exit(0);
}

void be_traced(void)
{
	pid_t actor = fork();
	int status;

	if (actor == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0)
			_exit(1);
		raise(SIGSTOP);
		return;
	}
	if (actor < 0 || waitpid(actor, &status, 0) != actor || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, actor, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) < 0) {
		fprintf(stderr, "actor: cannot trace: %s\n", strerror(errno));
		exit(1);
	}
	watch(actor);
}
