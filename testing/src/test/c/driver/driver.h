/*
 * Another process for the mounted tests. It reads commands, one a line, and answers each with one
 * line: "ok RESULT" or "error ERRNO". Words are separated by blanks; a byte is written %XX where
 * it would not do otherwise. Numbers may be decimal, octal or hexadecimal; flags may be names
 * joined with '|'.
 */
#pragma once
#define _GNU_SOURCE
#include <stddef.h>

#define MAX_WORDS 16
#define MAX_DATA (1 << 20)
#define MAX_ANSWER (3 * MAX_DATA + 4096)

/* The words after the name of a command, how many there are, and the length of each. */
struct words { char *w[MAX_WORDS]; size_t size[MAX_WORDS]; int n; };
#define W (words->w)
#define N(i) number(words->w[i])

struct command { const char *name; void (*run)(struct words *); };
#define COMMAND(name) {#name, c_##name}
#define SIMPLE(name, expression) \
  static void c_##name(struct words *words) { (void)words; result(expression); }

/* Tables that end with a command without a name. */
extern const struct command FILE_COMMANDS[], PROCESS_COMMANDS[], SOCKET_COMMANDS[], CHARDEV_COMMANDS[], RACE_COMMANDS[],
    CALLER_COMMANDS[];

/* Runs a command; ends the program when there is none of that name. */
void execute(struct words *words, const char *name);

/* A number, a name of a constant, or several joined with '|'. */
long number(const char *word);

/* The answer to the command that runs; a command gives one. */
extern char answer[MAX_ANSWER];
void ok(const char *format, ...) __attribute__((format(printf, 1, 2)));
void ok_bytes(const char *bytes, size_t length);
void failed(void); /* with errno */
void result(long value); /* what a system call returned */

/* Writes bytes as a word; returns its end. */
char *encode(char *out, const char *bytes, size_t length);
