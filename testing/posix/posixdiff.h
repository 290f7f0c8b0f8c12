/*
 * posixdiff runs the same file operations in two directories, one of a tmpfs and one of a box, and
 * tells what comes out differently.
 */
#ifndef POSIXDIFF_H
#define POSIXDIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* Text that grows. */
struct text {
  char *bytes;
  size_t length;
};

void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_clear(struct text *text);

/* A repeatable source of numbers. */
struct chance {
  uint64_t state;
};

uint32_t chance_next(struct chance *chance);
/* From 0 to below. */
uint32_t chance_below(struct chance *chance, uint32_t below);

/* agent.c: runs one line of a script in a directory, as a user, in a process of its own. */
void agent_run(const char *directory, const char *line, struct text *result);

/* ops.c: one operation with its arguments; what it returned goes to the result. */
enum { MAX_ARGUMENTS = 8, MAX_FILES = 64 };
struct agent {
  struct text *result;
  int files[MAX_FILES];
  int opened;
};
void operation(struct agent *agent, int count, char **argument);

typedef void handler(struct agent *agent, int count, char **argument);
struct operation {
  const char *name;
  int least; /* arguments, without the name */
  handler *run;
};
/* What a system call gave: 0 or more, or -1 and errno. */
void answer(struct agent *agent, long result);
long number_of(const char *word);
mode_t mode_of(const char *word);

/* nameops.c, attrops.c, dirops.c, fileops.c: the operations; the last are those on open files. */
extern const struct operation name_operations[], attribute_operations[], directory_operations[],
    file_operations[];
int file_of(struct agent *agent, const char *number);

/* tree.c: what a directory looks like. */
struct tree;
struct tree *tree_read(const char *directory, bool with_content);
void tree_free(struct tree *tree);
/*
 * One line per file; of times, whether they moved since the tree before (which may be NULL). Reading
 * a file's content moves its access time where the mount forwards, O_NOATIME or not.
 */
void tree_print(const struct tree *tree, const struct tree *before, bool accesses, struct text *into);
/* Prints the lines in which two texts differ; the number of them. */
int text_differences(const char *reference, const char *box, FILE *into);
void wait_for_tick(void);

/* The modes; each returns how many checks failed, and counts those that passed. */
int steps_mode(const char *reference, const char *box, const char *script, bool forwarded,
               int *passed);
int random_mode(const char *reference, const char *box, uint64_t seed, long operations,
                bool forwarded, int *passed);
int model_mode(const char *box, uint64_t seed, long operations, bool forwarded, int *passed);
int stress_mode(const char *box, uint64_t seed, long operations, int processes, int daemon,
                int *passed);

/* Empties and removes what is under a name. */
void remove_below(const char *directory, const char *name);
__attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *format, ...);

#endif
