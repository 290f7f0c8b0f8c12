/* The same commands, by callers who are in another place or have other rights. */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The command behind the first word. */
static void execute_rest(struct words *words) {
  struct words rest = {.n = words->n - 1};
  memcpy(rest.w, words->w + 1, sizeof rest.w - sizeof *rest.w);
  memcpy(rest.size, words->size + 1, sizeof rest.size - sizeof *rest.size);
  execute(&rest, words->w[0]);
}

static void *in_thread(void *words) {
  execute_rest(words);
  return NULL;
}

static void *in_thread_of_its_own_table(void *words) {
  if (unshare(CLONE_FILES) < 0) failed();
  else execute_rest(words);
  return NULL;
}

static void run_thread(void *(*body)(void *), struct words *words) {
  pthread_t thread;
  pthread_create(&thread, NULL, body, words);
  pthread_join(thread, NULL);
}

/* By another thread. */
static void c_thread(struct words *words) { run_thread(in_thread, words); }

/* By a thread with a descriptor table of its own, which begins as a copy. */
static void c_unshared(struct words *words) { run_thread(in_thread_of_its_own_table, words); }

static int in_child_that_shares_memory(void *words) {
  execute_rest(words);
  _exit(0);
}

/* By a child that has our memory until it ends, as between vfork(2) and execve(2). */
static void c_vfork(struct words *words) {
  static char stack[1 << 18] __attribute__((aligned(16)));
  pid_t pid = clone(in_child_that_shares_memory, stack + sizeof stack,
                    CLONE_VM | CLONE_VFORK | SIGCHLD, words);
  if (pid < 0) failed();
  else waitpid(pid, NULL, 0);
}

static int write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  int done = fd < 0 ? -1 : write(fd, text, strlen(text)) < 0 ? -1 : 0;
  close(fd);
  return done;
}

/* Root, with every capability, of a user namespace of its own. */
static int enter_user_namespace(void) {
  return unshare(CLONE_NEWUSER) < 0 || write_file("/proc/self/setgroups", "deny") < 0
                 || write_file("/proc/self/uid_map", "0 0 1") < 0
                 || write_file("/proc/self/gid_map", "0 0 1") < 0
             ? -1
             : 0;
}

/* Nothing can be opened or written any more. */
static int enter_sandbox(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_getfd, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0
             ? -1
             : prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Has a child become something and do the command; the answer is the child's. */
static void in_child(struct words *words, int (*become)(void)) {
  int answers[2];
  if (pipe2(answers, O_CLOEXEC) < 0) {
    failed();
    return;
  }
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (become() < 0) failed();
    else execute_rest(words);
    _exit(write(answers[1], answer, strlen(answer)) < 0);
  }
  close(answers[1]);
  ssize_t got = read(answers[0], answer, sizeof answer - 1);
  close(answers[0]);
  waitpid(pid, NULL, 0);
  if (got > 0) answer[got] = 0;
  else strcpy(answer, "error KILLED");
}

static int nothing_else(void) { return 0; }

static void c_forked(struct words *words) { in_child(words, nothing_else); }
static void c_as_namespace_root(struct words *words) { in_child(words, enter_user_namespace); }
static void c_sandboxed(struct words *words) { in_child(words, enter_sandbox); }

/* By the first process of a pid namespace. */
static void c_in_pid_namespace(struct words *words) {
  int own = open("/proc/self/ns/pid_for_children", O_RDONLY | O_CLOEXEC);
  if (unshare(CLONE_NEWPID) < 0) failed();
  else in_child(words, nothing_else);
  setns(own, CLONE_NEWPID);
  close(own);
}

/* Becomes a user who may administer the system, and has no other capability than that. */
static void c_administrator(struct words *words) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0}};
  data[0].effective = data[0].permitted = 1u << CAP_SYS_ADMIN;
  prctl(PR_SET_KEEPCAPS, 1);
  if (setgroups(0, NULL) < 0 || setresgid(N(1), N(1), N(1)) < 0
      || setresuid(N(0), N(0), N(0)) < 0 || syscall(SYS_capset, &header, data) < 0) failed();
  else ok("0");
  prctl(PR_SET_DUMPABLE, 1);
}

const struct command CALLER_COMMANDS[] = {
    COMMAND(thread), COMMAND(unshared), COMMAND(vfork), COMMAND(forked),
    COMMAND(as_namespace_root), COMMAND(sandboxed), COMMAND(in_pid_namespace),
    COMMAND(administrator), {0},
};
