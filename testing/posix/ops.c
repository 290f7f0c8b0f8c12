/* The language of the scripts: from the words of a line to an operation with its arguments. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

mode_t mode_of(const char *word) { return (mode_t)strtol(word, NULL, 8); }

void operation(struct agent *agent, int count, char **argument) {
  const struct operation *lists[] = {name_operations, attribute_operations,
                                     directory_operations, file_operations};
  text_add(agent->result, "  %.60s: ", argument[0]);
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    for (const struct operation *each = lists[i]; each->name; each++) {
      if (!strcmp(each->name, argument[0]) && count > each->least) {
        each->run(agent, count, argument);
        return;
      }
    }
  }
  give_up("no such operation, or too few arguments: %s", argument[0]);
}
