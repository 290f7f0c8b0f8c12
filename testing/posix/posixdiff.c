/* The command, and what its parts share. */
#define _GNU_SOURCE
#include "posixdiff.h"

#include <errno.h>
#include <ftw.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void give_up(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fflush(stdout);
  fputs("posixdiff: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  _exit(2);
}

void text_add(struct text *text, const char *format, ...) {
  va_list arguments;
  char *more;
  va_start(arguments, format);
  int length = vasprintf(&more, format, arguments);
  va_end(arguments);
  if (length < 0 || !(text->bytes = realloc(text->bytes, text->length + (size_t)length + 1))) {
    abort();
  }
  memcpy(text->bytes + text->length, more, (size_t)length + 1);
  text->length += (size_t)length;
  free(more);
}

void text_clear(struct text *text) {
  free(text->bytes);
  *text = (struct text){0};
}

uint32_t chance_next(struct chance *chance) {
  /* A linear congruence with Knuth's constants; its upper half is good enough here. */
  chance->state = chance->state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(chance->state >> 33);
}

uint32_t chance_below(struct chance *chance, uint32_t below) { return chance_next(chance) % below; }

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *ftw) {
  (void)s;
  (void)type;
  (void)ftw;
  return remove(path);
}

void remove_below(const char *directory, const char *name) {
  char *path;
  if (asprintf(&path, "%s/%s", directory, name) < 0) {
    abort();
  }
  if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) && errno != ENOENT) {
    give_up("cannot remove %s: %s", path, strerror(errno));
  }
  free(path);
}

static void usage(void) {
  fputs("usage: posixdiff steps REFERENCE BOX SCRIPT...\n"
        "       posixdiff random REFERENCE BOX [--seed N] [--ops N]\n"
        "       posixdiff model BOX [--seed N] [--ops N]\n"
        "       posixdiff stress BOX [--seed N] [--ops N] [--processes N] [--daemon PID]\n"
        "--forwarded: the box is of a mount without passthrough.\n"
        "REFERENCE is a directory of a tmpfs, BOX one inside a box; run as root.\n",
        stderr);
  exit(2);
}

int main(int count, char **argument) {
  static const struct option options[] = {
      {"seed", required_argument, NULL, 's'},      {"ops", required_argument, NULL, 'o'},
      {"processes", required_argument, NULL, 'p'}, {"daemon", required_argument, NULL, 'd'},
      {"forwarded", no_argument, NULL, 'f'},
      {NULL, 0, NULL, 0},
  };
  uint64_t seed = (uint64_t)time(NULL);
  long operations = 1000;
  int processes = 4;
  int daemon = 0;
  bool forwarded = false;
  for (int option; (option = getopt_long(count, argument, "", options, NULL)) != -1;) {
    switch (option) {
    case 's':
      seed = strtoull(optarg, NULL, 0);
      break;
    case 'o':
      operations = atol(optarg);
      break;
    case 'p':
      processes = atoi(optarg);
      break;
    case 'f':
      forwarded = true;
      break;
    case 'd':
      daemon = atoi(optarg);
      break;
    default:
      usage();
    }
  }
  argument += optind;
  count -= optind;
  if (count < 2) {
    usage();
  }
  int passed = 0;
  int failed = 0;
  if (!strcmp(argument[0], "steps") && count > 3) {
    for (int i = 3; i < count; i++) {
      failed += steps_mode(argument[1], argument[2], argument[i], forwarded, &passed);
    }
    printf("steps: ");
  } else if (!strcmp(argument[0], "random") && count == 3) {
    failed = random_mode(argument[1], argument[2], seed, operations, forwarded, &passed);
    printf("random, seed %llu: ", (unsigned long long)seed);
  } else if (!strcmp(argument[0], "model") && count == 2) {
    failed = model_mode(argument[1], seed, operations, forwarded, &passed);
    printf("model, seed %llu: ", (unsigned long long)seed);
  } else if (!strcmp(argument[0], "stress") && count == 2) {
    failed = stress_mode(argument[1], seed, operations, processes, daemon, &passed);
    printf("stress, seed %llu: ", (unsigned long long)seed);
  } else {
    usage();
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed ? 1 : 0;
}
