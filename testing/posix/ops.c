/* Operations on names. Those on open files are in fileops.c. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

void answer(struct agent *agent, long result) {
  if (result < 0) {
    text_add(agent->result, "%s\n", strerrorname_np(errno));
  } else {
    text_add(agent->result, "%ld\n", result);
  }
}

struct word {
  const char *name;
  long value;
};

/* What scripts say for numbers. */
static const struct word words[] = {
    {"rdonly", O_RDONLY},
    {"wronly", O_WRONLY},
    {"rdwr", O_RDWR},
    {"creat", O_CREAT},
    {"excl", O_EXCL},
    {"trunc", O_TRUNC},
    {"append", O_APPEND},
    {"directory", O_DIRECTORY},
    {"nofollow", O_NOFOLLOW},
    {"path", O_PATH},
    {"noatime", O_NOATIME},
    {"sync", O_SYNC},
    {"nonblock", O_NONBLOCK},
    {"direct", O_DIRECT},
    {"tmpfile", O_TMPFILE},
    {"set", SEEK_SET},
    {"cur", SEEK_CUR},
    {"end", SEEK_END},
    {"data", SEEK_DATA},
    {"hole", SEEK_HOLE},
    {"keep", FALLOC_FL_KEEP_SIZE},
    {"punch", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE},
    {"punchonly", FALLOC_FL_PUNCH_HOLE},
    {"zero", FALLOC_FL_ZERO_RANGE},
    {"collapse", FALLOC_FL_COLLAPSE_RANGE},
    {"insert", FALLOC_FL_INSERT_RANGE},
    {"noreplace", RENAME_NOREPLACE},
    {"exchange", RENAME_EXCHANGE},
    {"whiteout", RENAME_WHITEOUT},
    {"xcreate", XATTR_CREATE},
    {"xreplace", XATTR_REPLACE},
};

/* A number in C's notation, or words of the list joined by "+". */
long number_of(const char *word) {
  char *end;
  long number = strtol(word, &end, 0);
  if (end != word && *end == 0) {
    return number;
  }
  number = 0;
  char *copy = strdup(word);
  for (char *part = strtok(copy, "+"); part; part = strtok(NULL, "+")) {
    size_t i = 0;
    while (i < sizeof words / sizeof *words && strcmp(words[i].name, part)) {
      i++;
    }
    if (i == sizeof words / sizeof *words) {
      give_up("no number: %s", word);
    }
    number |= words[i].value;
  }
  free(copy);
  return number;
}

static mode_t mode_of(const char *word) { return (mode_t)strtol(word, NULL, 8); }

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

static void do_chmod(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, chmod(argument[1], mode_of(argument[2])));
}

static void do_chown(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, chown(argument[1], (uid_t)atol(argument[2]), (gid_t)atol(argument[3])));
}

static void do_truncate(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, truncate(argument[1], number_of(argument[2])));
}

static struct timespec time_of(const char *word) {
  if (!strcmp(word, "now")) {
    return (struct timespec){0, UTIME_NOW};
  }
  if (!strcmp(word, "omit")) {
    return (struct timespec){0, UTIME_OMIT};
  }
  const char *dot = strchr(word, '.');
  return (struct timespec){atol(word), dot ? atol(dot + 1) : 0};
}

static void do_utimens(struct agent *agent, int count, char **argument) {
  (void)count;
  struct timespec times[2] = {time_of(argument[2]), time_of(argument[3])};
  answer(agent, utimensat(AT_FDCWD, argument[1], times, 0));
}

/* With no times at all: for that, write permission is enough. */
static void do_touch(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, utimensat(AT_FDCWD, argument[1], NULL, 0));
}

static void do_futimens(struct agent *agent, int count, char **argument) {
  (void)count;
  struct timespec times[2] = {time_of(argument[2]), time_of(argument[3])};
  answer(agent, futimens(file_of(agent, argument[1]), times));
}

static void show(struct agent *agent, int result, const struct stat *s) {
  if (result) {
    answer(agent, -1);
    return;
  }
  bool directory = S_ISDIR(s->st_mode);
  text_add(agent->result, "mode %o links %ld owner %u:%u size %lld blocks %lld\n", s->st_mode,
           (long)s->st_nlink, s->st_uid, s->st_gid, directory ? 0 : (long long)s->st_size,
           directory ? 0 : (long long)s->st_blocks);
}

static void do_stat(struct agent *agent, int count, char **argument) {
  (void)count;
  struct stat s;
  show(agent, lstat(argument[1], &s), &s);
}

static void do_fstat(struct agent *agent, int count, char **argument) {
  (void)count;
  struct stat s;
  show(agent, fstat(file_of(agent, argument[1]), &s), &s);
}

/* Which times of a file an operation moves: "moves PATH operation arguments". */
static void do_moves(struct agent *agent, int count, char **argument) {
  struct stat before;
  struct stat after;
  wait_for_tick();
  if (lstat(argument[1], &before)) {
    answer(agent, -1);
    return;
  }
  wait_for_tick();
  operation(agent, count - 2, argument + 2);
  if (lstat(argument[1], &after)) {
    answer(agent, -1);
    return;
  }
#define MOVED(field) (memcmp(&before.field, &after.field, sizeof before.field) != 0)
  text_add(agent->result, "%s%s%s moved\n", MOVED(st_atim) ? "a" : "", MOVED(st_mtim) ? "m" : "",
           MOVED(st_ctim) ? "c" : "");
#undef MOVED
}

static int access_of(const char *word) {
  return (strchr(word, 'r') ? R_OK : 0) | (strchr(word, 'w') ? W_OK : 0) |
         (strchr(word, 'x') ? X_OK : 0);
}

static void do_access(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, access(argument[1], access_of(argument[2])));
}

static int by_name(const void *one, const void *other) {
  return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Names in order, with what stat says of them where it differs from the listing. */
static void list(struct agent *agent, DIR *directory) {
  if (!directory) {
    answer(agent, -1);
    return;
  }
  char *names[256];
  size_t found = 0;
  for (struct dirent *d; found < 256 && (d = readdir(directory));) {
    struct stat s = {0};
    bool up = !strcmp(d->d_name, "..");
    bool agrees = fstatat(dirfd(directory), d->d_name, &s, AT_SYMLINK_NOFOLLOW) ||
                  ((up || s.st_ino == d->d_ino) &&
                   (d->d_type == DT_UNKNOWN || d->d_type == IFTODT(s.st_mode)));
    if (asprintf(&names[found++], "%s%s", d->d_name, agrees ? "" : "(not as stat says)") < 0) {
      abort();
    }
  }
  closedir(directory);
  qsort(names, found, sizeof *names, by_name);
  for (size_t i = 0; i < found; i++) {
    text_add(agent->result, "%s ", names[i]);
  }
  text_add(agent->result, "listed\n");
}

static void do_list(struct agent *agent, int count, char **argument) {
  (void)count;
  list(agent, opendir(argument[1]));
}

static void do_listopen(struct agent *agent, int count, char **argument) {
  (void)count;
  list(agent, fdopendir(dup(file_of(agent, argument[1]))));
}

/* Goes back to every position of a directory; the same name must be there again. */
static void do_seekdir(struct agent *agent, int count, char **argument) {
  (void)count;
  DIR *directory = opendir(argument[1]);
  if (!directory) {
    answer(agent, -1);
    return;
  }
  long at[512];
  char *names[512];
  size_t found = 0;
  while (found < 512) {
    at[found] = telldir(directory);
    struct dirent *d = readdir(directory);
    if (!d) {
      break;
    }
    names[found++] = strdup(d->d_name);
  }
  int wrong = 0;
  for (size_t i = found; i-- > 0;) {
    seekdir(directory, at[i]);
    struct dirent *d = readdir(directory);
    wrong += !d || strcmp(d->d_name, names[i]);
  }
  rewinddir(directory);
  size_t again = 0;
  while (readdir(directory)) {
    again++;
  }
  closedir(directory);
  text_add(agent->result, "%zu names, %d not found again, %zu after rewind\n", found, wrong, again);
}

/* Many files, read while they are removed: each name comes once. */
static void do_many(struct agent *agent, int count, char **argument) {
  (void)count;
  long wanted = number_of(argument[2]);
  char path[256];
  for (long i = 0; i < wanted; i++) {
    snprintf(path, sizeof path, "%s/%ld", argument[1], i);
    close(open(path, O_CREAT | O_WRONLY, 0644));
  }
  DIR *directory = opendir(argument[1]);
  long removed = 0;
  for (struct dirent *d; directory && (d = readdir(directory));) {
    removed += d->d_name[0] != '.' && unlinkat(dirfd(directory), d->d_name, 0) == 0;
  }
  if (directory) {
    closedir(directory);
  }
  text_add(agent->result, "%ld made, %ld removed\n", wanted, removed);
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

static void do_setxattr(struct agent *agent, int count, char **argument) {
  int flags = count > 4 ? (int)number_of(argument[4]) : 0;
  answer(agent, setxattr(argument[1], argument[2], argument[3], strlen(argument[3]), flags));
}

static void do_getxattr(struct agent *agent, int count, char **argument) {
  char value[256];
  size_t room = count > 3 ? (size_t)number_of(argument[3]) : sizeof value;
  ssize_t n = getxattr(argument[1], argument[2], value, room);
  if (n < 0 || room == 0) {
    answer(agent, n);
  } else {
    text_add(agent->result, "%.*s\n", (int)n, value);
  }
}

static void do_removexattr(struct agent *agent, int count, char **argument) {
  (void)count;
  answer(agent, removexattr(argument[1], argument[2]));
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

static const struct operation operations[] = {
    {"open", 2, do_open},
    {"create", 2, do_create},
    {"mkdir", 2, do_mkdir},
    {"rmdir", 1, do_rmdir},
    {"unlink", 1, do_unlink},
    {"rename", 2, do_rename},
    {"chmod", 2, do_chmod},
    {"chown", 3, do_chown},
    {"truncate", 2, do_truncate},
    {"utimens", 3, do_utimens},
    {"touch", 1, do_touch},
    {"futimens", 3, do_futimens},
    {"stat", 1, do_stat},
    {"fstat", 1, do_fstat},
    {"moves", 3, do_moves},
    {"access", 2, do_access},
    {"list", 1, do_list},
    {"listopen", 1, do_listopen},
    {"seekdir", 1, do_seekdir},
    {"many", 2, do_many},
    {"statvfs", 1, do_statvfs},
    {"pathconf", 1, do_pathconf},
    {"umask", 1, do_umask},
    {"cd", 1, do_cd},
    {"getcwd", 0, do_getcwd},
    {"exec", 1, do_exec},
    {"running", 2, do_running},
    {"copyin", 2, do_copyin},
    {"setxattr", 3, do_setxattr},
    {"getxattr", 2, do_getxattr},
    {"removexattr", 2, do_removexattr},
    {"symlink", 2, do_symlink},
    {"link", 2, do_link},
    {"mknod", 3, do_mknod},
    {NULL, 0, NULL},
};

void operation(struct agent *agent, int count, char **argument) {
  const struct operation *lists[] = {operations, file_operations};
  text_add(agent->result, "  %.60s: ", argument[0]);
  for (size_t i = 0; i < 2; i++) {
    for (const struct operation *each = lists[i]; each->name; each++) {
      if (!strcmp(each->name, argument[0]) && count > each->least) {
        each->run(agent, count, argument);
        return;
      }
    }
  }
  give_up("no such operation, or too few arguments: %s", argument[0]);
}
