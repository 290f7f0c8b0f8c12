/* Operations on names, and on what is run by its name. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void do_open(struct agent *agent, int count, char **argument) {
  int fd = open(argument[1], (int)number_of(argument[2]), count > 3 ? mode_of(argument[3]) : 0);
  if (agent->opened < MAX_FILES) {
    agent->files[agent->opened++] = fd;
  }
  answer(agent, fd < 0 ? -1 : 0);
}

static void do_create(struct agent *agent, int count, char **argument) {
  (void)count;
  int fd = open(argument[1], O_CREAT | O_EXCL | O_WRONLY, 0600);
  /* The mode as it is said, whatever the umask. */
  answer(agent, fd < 0 ? -1 : fchmod(fd, mode_of(argument[2])));
  if (fd >= 0) {
    close(fd);
  }
}

static void do_mkdir(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, mkdir(argument[1], mode_of(argument[2])));
}

static void do_rmdir(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, rmdir(argument[1]));
}

static void do_unlink(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, unlink(argument[1]));
}

static void do_rename(struct agent *agent, int count, char **argument) {
  unsigned flags = count > 3 ? (unsigned)number_of(argument[3]) : 0;
  answer(agent, renameat2(AT_FDCWD, argument[1], AT_FDCWD, argument[2], flags));
}

static void do_symlink(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, symlink(argument[1], argument[2]));
}

static void do_link(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, link(argument[1], argument[2]));
}

static void do_mknod(struct agent *agent, int count, char **argument) {
  (void)count;
  mode_t type = !strcmp(argument[2], "fifo")     ? S_IFIFO
                : !strcmp(argument[2], "socket") ? S_IFSOCK
                : !strcmp(argument[2], "char")   ? S_IFCHR
                : !strcmp(argument[2], "block")  ? S_IFBLK
                                                 : S_IFREG;
  answer(agent, mknod(argument[1], type | mode_of(argument[3]), makedev(1, 3)));
}

static void do_umask(struct agent *agent, int count, char **argument) {
  (void)count;
  umask(mode_of(argument[1]));
  answer(agent, 0);
}

static void do_cd(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, chdir(argument[1]));
}

static void do_getcwd(struct agent *agent, int count, char **argument) {
  (void)count;
  (void)argument;
  char path[8192];
  answer(agent, getcwd(path, sizeof path) ? 0 : -1);
}

/* Runs a file; the status it ends with. */
static void do_exec(struct agent *agent, int count, char **argument) {
  (void)count;
  pid_t pid = fork();
  if (pid == 0) {
    char *none[] = {argument[1], NULL};
    execv(argument[1], none);
    _exit(errno);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  text_add(agent->result, "%#x\n", (unsigned)status);
}

/* "running PATH operation arguments": does it while PATH, a program that waits, is running. */
static void do_running(struct agent *agent, int count, char **argument) {
  int ends[2];
  char none;
  if (pipe2(ends, O_CLOEXEC)) {
    give_up("pipe: %s", strerror(errno));
  }
  pid_t pid = fork();
  if (pid == 0) {
    execl(argument[1], argument[1], "20", (char *)NULL);
    _exit(errno);
  }
  close(ends[1]);
  /* The other end is closed by exec: then the program runs. */
  while (read(ends[0], &none, 1) < 0 && errno == EINTR) {
  }
  close(ends[0]);
  operation(agent, count - 2, argument + 2);
  int status = 0;
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  text_add(agent->result, "ended with %#x\n", (unsigned)status);
}

static void do_copyin(struct agent *agent, int count, char **argument) {
  (void)count;
  char bytes[65536];
  int from = open(argument[2], O_RDONLY);
  int to = open(argument[1], O_WRONLY | O_CREAT | O_TRUNC, 0755);
  ssize_t n;
  while (from >= 0 && to >= 0 && (n = read(from, bytes, sizeof bytes)) > 0) {
    if (write(to, bytes, (size_t)n) != n) {
      break;
    }
  }
  answer(agent, from < 0 || to < 0 ? -1 : 0);
  close(from);
  close(to);
}

static void do_statvfs(struct agent *agent, int count, char **argument) {
  (void)count;
  struct statvfs v;
  if (statvfs(argument[1], &v)) {
    answer(agent, -1);
    return;
  }
  text_add(agent->result, "names of %lu bytes, blocks of %lu, used at most all: %d\n", v.f_namemax,
           v.f_frsize, v.f_bfree <= v.f_blocks && v.f_ffree <= v.f_files);
}

static void do_pathconf(struct agent *agent, int count, char **argument) {
  (void)count;
  text_add(agent->result, "%ld %ld\n", pathconf(argument[1], _PC_NAME_MAX),
           pathconf(argument[1], _PC_PATH_MAX));
}

const struct operation name_operations[] = {
    {"open", 2, do_open},
    {"create", 2, do_create},
    {"mkdir", 2, do_mkdir},
    {"rmdir", 1, do_rmdir},
    {"unlink", 1, do_unlink},
    {"rename", 2, do_rename},
    {"symlink", 2, do_symlink},
    {"link", 2, do_link},
    {"mknod", 3, do_mknod},
    {"umask", 1, do_umask},
    {"cd", 1, do_cd},
    {"getcwd", 0, do_getcwd},
    {"exec", 1, do_exec},
    {"running", 2, do_running},
    {"copyin", 2, do_copyin},
    {"statvfs", 1, do_statvfs},
    {"pathconf", 1, do_pathconf},
    {NULL, 0, NULL},
};
