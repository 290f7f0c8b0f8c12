/*
 * Another process for the mounted tests. It reads commands, one a line, and answers each with one
 * line: "ok RESULT" or "error ERRNO". Words are separated by blanks; a byte is written %XX where
 * it would not do otherwise. Numbers may be decimal, octal or hexadecimal; flags may be names
 * joined with '|'.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fs.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#define MAX_WORDS 16
#define MAX_DATA (1 << 20)

/* ---- words in, answers out ---- */

static struct { const char *name; long value; } const NAMES[] = {
    {"O_RDONLY", O_RDONLY}, {"O_WRONLY", O_WRONLY}, {"O_RDWR", O_RDWR}, {"O_CREAT", O_CREAT},
    {"O_EXCL", O_EXCL}, {"O_TRUNC", O_TRUNC}, {"O_APPEND", O_APPEND}, {"O_NONBLOCK", O_NONBLOCK},
    {"O_PATH", O_PATH}, {"O_DIRECTORY", O_DIRECTORY}, {"O_NOFOLLOW", O_NOFOLLOW},
    {"O_DIRECT", O_DIRECT}, {"O_CLOEXEC", O_CLOEXEC},
    {"POLLIN", POLLIN}, {"POLLOUT", POLLOUT}, {"POLLHUP", POLLHUP},
    {"PROT_READ", PROT_READ}, {"PROT_WRITE", PROT_WRITE},
    {"MAP_SHARED", MAP_SHARED}, {"MAP_PRIVATE", MAP_PRIVATE},
    {"XATTR_CREATE", XATTR_CREATE}, {"XATTR_REPLACE", XATTR_REPLACE},
    {"RENAME_NOREPLACE", RENAME_NOREPLACE}, {"RENAME_EXCHANGE", RENAME_EXCHANGE},
    {"FALLOC_FL_KEEP_SIZE", FALLOC_FL_KEEP_SIZE}, {"FALLOC_FL_PUNCH_HOLE", FALLOC_FL_PUNCH_HOLE},
    {"EFD_SEMAPHORE", EFD_SEMAPHORE}, {"EFD_NONBLOCK", EFD_NONBLOCK},
    {"SOCK_STREAM", SOCK_STREAM}, {"SOCK_DGRAM", SOCK_DGRAM}, {"SOCK_SEQPACKET", SOCK_SEQPACKET},
    {"MFD_ALLOW_SEALING", MFD_ALLOW_SEALING}, {"F_SEAL_WRITE", F_SEAL_WRITE},
    {"F_SEAL_SHRINK", F_SEAL_SHRINK}, {"S_IFREG", S_IFREG}, {"S_IFIFO", S_IFIFO},
    {"S_IFSOCK", S_IFSOCK}, {"S_IFCHR", S_IFCHR}, {"S_IFBLK", S_IFBLK}, {"LOCK_EX", LOCK_EX},
    {"LOCK_NB", LOCK_NB}, {"LOCK_UN", LOCK_UN}, {"SIGINT", SIGINT}, {"SIGKILL", SIGKILL},
    {"SIGTERM", SIGTERM}, {"SIGUSR1", SIGUSR1},
};

static long number(const char *word) {
  long sum = 0;
  char copy[256];
  snprintf(copy, sizeof copy, "%s", word);
  for (char *rest, *part = strtok_r(copy, "|", &rest); part; part = strtok_r(NULL, "|", &rest)) {
    char *end;
    long value = strtol(part, &end, 0);
    if (*end != 0) {
      size_t i = 0;
      while (i < sizeof NAMES / sizeof *NAMES && strcmp(NAMES[i].name, part) != 0) i++;
      if (i == sizeof NAMES / sizeof *NAMES) {
        fprintf(stderr, "syscalls: no such name: %s\n", part);
        exit(3);
      }
      value = NAMES[i].value;
    }
    sum |= value;
  }
  return sum;
}

/* Decodes %XX in place; returns the length, for the bytes may hold NUL. */
static size_t decode(char *word) {
  size_t length = 0;
  for (char *in = word; *in; length++) {
    if (*in == '%') {
      char hex[3] = {in[1], in[2], 0};
      word[length] = (char)strtol(hex, NULL, 16);
      in += 3;
    } else {
      word[length] = *in++;
    }
  }
  word[length] = 0;
  return length;
}

static char answer[3 * MAX_DATA + 4096];

static void ok(const char *format, ...) {
  va_list values;
  va_start(values, format);
  int n = snprintf(answer, sizeof answer, "ok ");
  vsnprintf(answer + n, sizeof answer - n, format, values);
  va_end(values);
}

static void failed(void) {
  const char *name = strerrorname_np(errno);
  snprintf(answer, sizeof answer, "error %s", name ? name : "unknown");
}

static void result(long value) {
  if (value < 0) failed();
  else ok("%ld", value);
}

static void ok_bytes(const char *bytes, size_t length) {
  char *out = answer + sprintf(answer, "ok ");
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)bytes[i];
    out += isalnum(c) || (c && strchr("._-/:=", c)) ? sprintf(out, "%c", c) : sprintf(out, "%%%02X", c);
  }
  *out = 0;
}

/* ---- commands: w are the words after the name, n their number, size the length of each ---- */

struct words { char *w[MAX_WORDS]; size_t size[MAX_WORDS]; int n; };
#define W (words->w)
#define N(i) number(words->w[i])

static void execute(struct words *words, const char *name);

static void c_pipe(struct words *words) {
  int ends[2];
  if (pipe2(ends, words->n ? N(0) : 0) < 0) failed();
  else ok("%d %d", ends[0], ends[1]);
}

static void c_socketpair(struct words *words) {
  int ends[2];
  if (socketpair(AF_UNIX, N(0), 0, ends) < 0) failed();
  else ok("%d %d", ends[0], ends[1]);
}

static void c_timerfd(struct words *words) {
  int fd = timerfd_create(CLOCK_MONOTONIC, 0);
  long millis = N(0);
  struct itimerspec when = {.it_value = {millis / 1000, millis % 1000 * 1000000}};
  timerfd_settime(fd, 0, &when, NULL);
  result(fd);
}

static void c_signalfd(struct words *words) {
  (void)words;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  result(signalfd(-1, &set, 0));
}

static void c_read(struct words *words) {
  static char data[MAX_DATA];
  ssize_t got = words->n > 2 ? pread(N(0), data, N(1), N(2)) : read(N(0), data, N(1));
  if (got < 0) failed();
  else ok_bytes(data, got);
}

static void c_write(struct words *words) {
  result(words->n > 2 ? pwrite(N(0), W[1], words->size[1], N(2)) : write(N(0), W[1], words->size[1]));
}

/* An eventfd wants eight bytes at once. */
static void c_add(struct words *words) {
  uint64_t value = N(1);
  result(write(N(0), &value, sizeof value));
}

static void c_count(struct words *words) {
  uint64_t value = 0;
  if (read(N(0), &value, sizeof value) < 0) failed();
  else ok("%lu", value);
}

static void describe(const struct stat *s) {
  ok("mode=%o size=%ld nlink=%lu uid=%u gid=%u ino=%lu blocks=%ld atime=%ld.%09ld mtime=%ld.%09ld "
     "ctime=%ld.%09ld dev=%u:%u", s->st_mode, s->st_size, s->st_nlink, s->st_uid, s->st_gid,
     s->st_ino, s->st_blocks, s->st_atim.tv_sec, s->st_atim.tv_nsec, s->st_mtim.tv_sec,
     s->st_mtim.tv_nsec, s->st_ctim.tv_sec, s->st_ctim.tv_nsec, major(s->st_dev), minor(s->st_dev));
}

static void c_stat(struct words *words) {
  struct stat s;
  if (lstat(W[0], &s) < 0) failed();
  else describe(&s);
}

static void c_fstat(struct words *words) {
  struct stat s;
  if (fstat(N(0), &s) < 0) failed();
  else describe(&s);
}

static void c_statfs(struct words *words) {
  struct statvfs s;
  if (statvfs(W[0], &s) < 0) failed();
  else ok("bsize=%lu blocks=%lu bfree=%lu bavail=%lu files=%lu ffree=%lu namemax=%lu", s.f_bsize,
          s.f_blocks, s.f_bfree, s.f_bavail, s.f_files, s.f_ffree, s.f_namemax);
}

static struct timespec timestamp(const char *word) {
  if (strcmp(word, "now") == 0) return (struct timespec){0, UTIME_NOW};
  if (strcmp(word, "omit") == 0) return (struct timespec){0, UTIME_OMIT};
  struct timespec t = {0, 0};
  sscanf(word, "%ld.%ld", &t.tv_sec, &t.tv_nsec);
  return t;
}

static void c_utimens(struct words *words) {
  struct timespec times[2] = {timestamp(W[1]), timestamp(W[2])};
  result(utimensat(AT_FDCWD, W[0], times, 0));
}

static void c_poll(struct words *words) {
  struct pollfd p = {.fd = N(0), .events = N(1)};
  int n = poll(&p, 1, N(2));
  if (n < 0) failed();
  else ok("%d", n == 0 ? 0 : p.revents);
}

static void c_map(struct words *words) {
  char *at = mmap(NULL, N(1), N(2), N(3), N(0), 0);
  if (at == MAP_FAILED) failed();
  else ok("%ld", (long)at);
}

static void c_peek(struct words *words) { ok("%d", *(volatile unsigned char *)N(0)); }

static void c_poke(struct words *words) {
  *(volatile unsigned char *)N(0) = (unsigned char)N(1);
  ok("0");
}

static void c_getxattr(struct words *words) {
  static char value[65536];
  ssize_t got = getxattr(W[0], W[1], value, words->n > 2 ? N(2) : (long)sizeof value);
  if (got < 0) failed();
  else if (words->n > 2 && N(2) == 0) ok("%zd", got);
  else ok_bytes(value, got);
}

static void c_listxattr(struct words *words) {
  static char value[65536];
  ssize_t got = listxattr(W[0], value, words->n > 1 ? N(1) : (long)sizeof value);
  if (got < 0) failed();
  else if (words->n > 1 && N(1) == 0) ok("%zd", got);
  else ok_bytes(value, got);
}

static void c_user(struct words *words) {
  gid_t groups[MAX_WORDS];
  int count = 0;
  for (int i = 2; i < words->n; i++) groups[count++] = N(i);
  if (setgroups(count, groups) < 0 || setresgid(N(1), N(1), N(1)) < 0
      || setresuid(N(0), N(0), N(0)) < 0) failed();
  else ok("0");
  prctl(PR_SET_DUMPABLE, 1);
}

static void c_opendir(struct words *words) {
  DIR *directory = opendir(W[0]);
  if (!directory) failed();
  else ok("%ld", (long)directory);
}

/* The rest of the names, separated by slashes; no more than asked for. */
static void c_names(struct words *words) {
  static char names[MAX_DATA];
  size_t length = 0;
  long most = words->n > 1 ? N(1) : -1;
  struct dirent *entry;
  errno = 0;
  while (most-- != 0 && length < sizeof names - 300 && (entry = readdir((DIR *)N(0)))) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      length += sprintf(names + length, "%s/", entry->d_name);
  }
  if (errno) failed();
  else ok_bytes(names, length);
}

static void c_rewinddir(struct words *words) { rewinddir((DIR *)N(0)); ok("0"); }
static void c_closedir(struct words *words) { result(closedir((DIR *)N(0))); }

/* ---- threads and processes ---- */

struct in_thread { struct words *words; bool unshare; };

static void *thread_main(void *argument) {
  struct in_thread *it = argument;
  struct words rest = {.n = it->words->n - 1};
  memcpy(rest.w, it->words->w + 1, sizeof rest.w - sizeof *rest.w);
  memcpy(rest.size, it->words->size + 1, sizeof rest.size - sizeof *rest.size);
  execute(&rest, it->words->w[0]);
  return NULL;
}

static void c_thread(struct words *words) {
  struct in_thread it = {.words = words};
  pthread_t thread;
  pthread_create(&thread, NULL, thread_main, &it);
  pthread_join(thread, NULL);
}

/* Puts a memfd that only this thread has in its table. */
static void *put_unshared(void *argument) {
  struct words *words = argument;
  if (unshare(CLONE_FILES) < 0) {
    failed();
    return NULL;
  }
  int fd = memfd_create("thread", 0);
  fd = dup2(fd, 900);
  if (write(fd, W[1], words->size[1]) < 0) failed();
  else result(symlink("/proc/thread-self/fd/900", W[0]));
  return NULL;
}

static void c_put_unshared(struct words *words) {
  pthread_t thread;
  pthread_create(&thread, NULL, put_unshared, words);
  pthread_join(thread, NULL);
}

static pid_t child(void) {
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
  }
  return pid;
}

/* A child that has every descriptor that we have, and does nothing. */
static void c_child(struct words *words) {
  (void)words;
  pid_t pid = child();
  if (pid == 0) for (;;) pause();
  result(pid);
}

static void caught(int signal) { (void)signal; }

/* Children that open a path and read from it; exit status 0, or the errno. */
static void c_readers(struct words *words) {
  long count = N(1);
  bool handler = words->n > 2;
  char *out = answer + sprintf(answer, "ok");
  for (long i = 0; i < count; i++) {
    pid_t pid = child();
    if (pid == 0) {
      if (handler) sigaction(SIGINT, &(struct sigaction){.sa_handler = caught}, NULL);
      char byte[8];
      int fd = open(W[0], O_RDONLY);
      _exit(fd >= 0 && read(fd, byte, sizeof byte) >= 0 ? 0 : errno);
    }
    out += sprintf(out, " %d", pid);
  }
}

/* How a child ended: "exit N" or "signal N"; ETIMEDOUT when it has not. */
static void c_wait(struct words *words) {
  int pidfd = syscall(SYS_pidfd_open, N(0), 0);
  struct pollfd p = {.fd = pidfd, .events = POLLIN};
  int ended = pidfd < 0 ? 1 : poll(&p, 1, N(1));
  close(pidfd);
  int status = 0;
  if (ended == 0) errno = ETIMEDOUT;
  if (ended == 0 || waitpid(N(0), &status, 0) < 0) failed();
  else if (WIFSIGNALED(status)) ok("signal %d", WTERMSIG(status));
  else ok("exit %d", WEXITSTATUS(status));
}

/* ---- whole scenes that must not wait for the next line ---- */

/* Opens and closes at once, over and over; answers how often the open failed. */
static void c_reopen(struct words *words) {
  long failures = 0;
  for (long i = N(1); i > 0; i--) {
    int fd = open(W[0], O_RDWR);
    if (fd < 0) failures++;
    else close(fd);
  }
  ok("%ld", failures);
}

struct fight { atomic_int holders; atomic_long granted, busy, other, together; };

/* Processes that fight for a single-open entry: "granted busy other together". */
static void c_fight(struct words *words) {
  struct fight *shared =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  long processes = N(1), rounds = N(2);
  pid_t pids[64];
  for (long i = 0; i < processes; i++) {
    pids[i] = child();
    if (pids[i] != 0) continue;
    for (long round = 0; round < rounds; round++) {
      int fd = open(W[0], O_RDWR);
      if (fd < 0) {
        atomic_fetch_add(errno == EBUSY ? &shared->busy : &shared->other, 1);
        continue;
      }
      if (atomic_fetch_add(&shared->holders, 1) != 0) atomic_fetch_add(&shared->together, 1);
      atomic_fetch_add(&shared->granted, 1);
      if (round % 16 == 0) sched_yield();
      atomic_fetch_sub(&shared->holders, 1);
      close(fd);
    }
    _exit(0);
  }
  for (long i = 0; i < processes; i++) waitpid(pids[i], NULL, 0);
  ok("%ld %ld %ld %ld", shared->granted, shared->busy, shared->other, shared->together);
  munmap(shared, 4096);
}

/* Replaces a file by rename while another process looks at it: "looks missing failed". */
static void c_replace(struct words *words) {
  struct { atomic_bool done; atomic_long looks, missing, failed; } *shared =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t pid = child();
  if (pid == 0) {
    while (!shared->done) {
      struct stat s;
      int fd = open(W[1], O_RDONLY);
      if (fd < 0 || stat(W[1], &s) < 0) {
        if (errno == ENOENT) shared->missing++;
        else shared->failed++;
      }
      if (fd >= 0) close(fd);
      shared->looks++;
    }
    _exit(0);
  }
  int error = 0;
  for (long i = 0; i < N(2) && !error; i++) {
    int fd = open(W[0], O_CREAT | O_RDWR, 0600);
    if (fd < 0 || rename(W[0], W[1]) < 0) error = errno;
    close(fd);
  }
  shared->done = true;
  waitpid(pid, NULL, 0);
  errno = error;
  if (error) failed();
  else ok("%ld %ld %ld", shared->looks, shared->missing, shared->failed);
  munmap(shared, 4096);
}

/* Puts one descriptor under many names prefix0, prefix1, ... */
static void c_put_many(struct words *words) {
  char target[64], path[4096];
  snprintf(target, sizeof target, "/proc/self/fd/%ld", N(0));
  for (long i = 0; i < N(2); i++) {
    snprintf(path, sizeof path, "%s%ld", W[1], i);
    if (symlink(target, path) < 0) {
      failed();
      return;
    }
  }
  ok("%ld", N(2));
}

static void c_mkdir_many(struct words *words) {
  char path[4096];
  for (long i = 0; i < N(1); i++) {
    snprintf(path, sizeof path, "%s%ld", W[0], i);
    if (mkdir(path, 0700) < 0) {
      failed();
      return;
    }
  }
  ok("%ld", N(1));
}

#define SIMPLE(name, expression) \
  static void c_##name(struct words *words) { (void)words; result(expression); }
SIMPLE(pid, getpid())
SIMPLE(memfd, memfd_create(W[0], words->n > 1 ? N(1) : 0))
SIMPLE(eventfd, eventfd(N(0), words->n > 1 ? N(1) : 0))
SIMPLE(epoll, epoll_create1(0))
SIMPLE(inotify, inotify_init1(0))
SIMPLE(pidfd, syscall(SYS_pidfd_open, getpid(), 0))
SIMPLE(open, open(W[0], N(1), words->n > 2 ? N(2) : 0600))
SIMPLE(close, close(N(0)))
SIMPLE(dup, dup(N(0)))
SIMPLE(symlink, symlink(W[0], W[1]))
SIMPLE(link, link(W[0], W[1]))
SIMPLE(unlink, unlink(W[0]))
SIMPLE(mkdir, mkdir(W[0], words->n > 1 ? N(1) : 0700))
SIMPLE(rmdir, rmdir(W[0]))
SIMPLE(mknod, mknod(W[0], N(1), words->n > 2 ? N(2) : 0))
SIMPLE(rename, rename(W[0], W[1]))
SIMPLE(renameat2, renameat2(AT_FDCWD, W[0], AT_FDCWD, W[1], N(2)))
SIMPLE(truncate, truncate(W[0], N(1)))
SIMPLE(ftruncate, ftruncate(N(0), N(1)))
SIMPLE(fallocate, fallocate(N(0), N(1), N(2), N(3)))
SIMPLE(chmod, chmod(W[0], N(1)))
SIMPLE(fchmod, fchmod(N(0), N(1)))
SIMPLE(chown, chown(W[0], N(1), N(2)))
SIMPLE(fchown, fchown(N(0), N(1), N(2)))
SIMPLE(access, access(W[0], N(1)))
SIMPLE(setxattr, setxattr(W[0], W[1], W[2], words->size[2], words->n > 3 ? N(3) : 0))
SIMPLE(removexattr, removexattr(W[0], W[1]))
SIMPLE(flags, fcntl(N(0), F_GETFL))
SIMPLE(setflags, fcntl(N(0), F_SETFL, N(1)))
SIMPLE(addseals, fcntl(N(0), F_ADD_SEALS, N(1)))
SIMPLE(flock, flock(N(0), N(1)))
SIMPLE(kill, kill(N(0), N(1)))
SIMPLE(umask, umask(N(0)))
SIMPLE(sync, fsync(N(0)))
SIMPLE(unmap, munmap((void *)N(0), N(1)))
SIMPLE(copy, copy_file_range(N(0), NULL, N(1), NULL, N(2), 0))
SIMPLE(seek, lseek(N(0), N(1), SEEK_SET))

#define COMMAND(name) {#name, c_##name}
static struct { const char *name; void (*run)(struct words *); } const COMMANDS[] = {
    COMMAND(pid), COMMAND(memfd), COMMAND(eventfd), COMMAND(epoll), COMMAND(inotify),
    COMMAND(pidfd), COMMAND(open), COMMAND(close), COMMAND(dup), COMMAND(symlink), COMMAND(link),
    COMMAND(unlink), COMMAND(mkdir), COMMAND(rmdir), COMMAND(mknod), COMMAND(rename),
    COMMAND(renameat2), COMMAND(truncate), COMMAND(ftruncate), COMMAND(fallocate), COMMAND(chmod),
    COMMAND(fchmod), COMMAND(chown), COMMAND(fchown), COMMAND(access), COMMAND(setxattr),
    COMMAND(removexattr), COMMAND(flags), COMMAND(setflags), COMMAND(addseals), COMMAND(flock),
    COMMAND(kill), COMMAND(umask), COMMAND(sync), COMMAND(unmap), COMMAND(copy), COMMAND(seek),
    COMMAND(pipe), COMMAND(socketpair), COMMAND(timerfd), COMMAND(signalfd), COMMAND(read),
    COMMAND(write), COMMAND(add), COMMAND(count), COMMAND(stat), COMMAND(fstat), COMMAND(statfs),
    COMMAND(utimens), COMMAND(poll), COMMAND(map), COMMAND(peek), COMMAND(poke), COMMAND(getxattr),
    COMMAND(listxattr), COMMAND(user), COMMAND(opendir), COMMAND(names), COMMAND(rewinddir),
    COMMAND(closedir), COMMAND(thread), COMMAND(put_unshared), COMMAND(child), COMMAND(readers),
    COMMAND(wait), COMMAND(reopen), COMMAND(fight), COMMAND(replace), COMMAND(put_many),
    COMMAND(mkdir_many),
};

static void execute(struct words *words, const char *name) {
  for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
    if (strcmp(COMMANDS[i].name, name) == 0) {
      COMMANDS[i].run(words);
      return;
    }
  }
  fprintf(stderr, "syscalls: no such command: %s\n", name);
  exit(3);
}

int main(void) {
  char *line = NULL;
  size_t room = 0;
  signal(SIGPIPE, SIG_IGN);
  umask(0);
  while (getline(&line, &room, stdin) > 0) {
    struct words words = {.n = 0};
    line[strcspn(line, "\n")] = 0;
    char *rest, *name = strtok_r(line, " ", &rest);
    for (char *word; words.n < MAX_WORDS - 1 && (word = strtok_r(NULL, " ", &rest)); words.n++) {
      // A lone % stands for a word of no bytes.
      words.w[words.n] = strcmp(word, "%") == 0 ? word + 1 : word;
      words.size[words.n] = decode(words.w[words.n]);
    }
    execute(&words, name);
    puts(answer);
    fflush(stdout);
  }
  return 0;
}
