/* Words in, answers out. */
#include "driver.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

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
    {"SIGTERM", SIGTERM}, {"SIGUSR1", SIGUSR1}, {"SIGSTOP", SIGSTOP}, {"SIGCONT", SIGCONT},
    {"SEEK_DATA", SEEK_DATA}, {"SEEK_HOLE", SEEK_HOLE}, {"SHUT_RD", SHUT_RD}, {"SHUT_WR", SHUT_WR},
};

long number(const char *word) {
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
        fprintf(stderr, "driver: no such name: %s\n", part);
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

char answer[MAX_ANSWER];

void ok(const char *format, ...) {
  va_list values;
  va_start(values, format);
  int n = snprintf(answer, sizeof answer, "ok ");
  vsnprintf(answer + n, sizeof answer - n, format, values);
  va_end(values);
}

void failed(void) {
  const char *name = strerrorname_np(errno);
  snprintf(answer, sizeof answer, "error %s", name ? name : "unknown");
}

void result(long value) {
  if (value < 0) failed();
  else ok("%ld", value);
}

char *encode(char *out, const char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)bytes[i];
    out += isalnum(c) || (c && strchr("._-/:=", c)) ? sprintf(out, "%c", c) : sprintf(out, "%%%02X", c);
  }
  *out = 0;
  return out;
}

void ok_bytes(const char *bytes, size_t length) {
  encode(answer + sprintf(answer, "ok "), bytes, length);
}

static const struct command *find(const struct command *table, const char *name) {
  while (table->name && strcmp(table->name, name) != 0) table++;
  return table->name ? table : NULL;
}

void execute(struct words *words, const char *name) {
  const struct command *tables[] = {FILE_COMMANDS, PROCESS_COMMANDS, SOCKET_COMMANDS, CHARDEV_COMMANDS,
                                    RACE_COMMANDS, CALLER_COMMANDS};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
    const struct command *found = find(tables[i], name);
    if (found) {
      found->run(words);
      return;
    }
  }
  fprintf(stderr, "driver: no such command: %s\n", name);
  exit(3);
}

/* With an argument it has replaced itself by exec, which is still to be answered. */
int main(int count, char **arguments) {
  char *line = NULL;
  size_t room = 0;
  signal(SIGPIPE, SIG_IGN);
  umask(0);
  if (count > 1) {
    puts(arguments[1]);
    fflush(stdout);
  }
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
