/*
 * What a service does with libsystemd, on a mount: systemd MOUNTPOINT, with NOTIFY_SOCKET set to its
 * .fdbox/notify and notify_box=svc. Prints one line for each thing that is right; exit 1 at the first
 * that is not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#define BARRIER_MICROSECONDS (10 * 1000 * 1000ull)

static const char *mountpoint;

static void check(bool right, const char *what) {
  if (!right) {
    fprintf(stderr, "systemd: not so: %s (%s)\n", what, strerror(errno));
    exit(1);
  }
  printf("  %s\n", what);
}

static bool exists(const char *entry) {
  char path[4096];
  struct stat status;
  snprintf(path, sizeof path, "%s/%s", mountpoint, entry);
  return stat(path, &status) == 0;
}

/* Waits until an entry is gone, at most some seconds. */
static bool goes(const char *entry) {
  const struct timespec pause = {.tv_nsec = 1000 * 1000};
  for (int i = 0; i < 10000 && exists(entry); i++) nanosleep(&pause, NULL);
  return !exists(entry);
}

static void notify(const char *state, int fd) {
  if (sd_pid_notify_with_fds(0, 0, state, &fd, fd < 0 ? 0 : 1) <= 0) {
    perror("systemd: sd_pid_notify_with_fds");
    exit(1);
  }
}

static void barrier(void) {
  int result = sd_notify_barrier(0, BARRIER_MICROSECONDS);
  errno = -result;
  if (result <= 0) check(false, "a barrier ends");
}

static void stores_and_removes(void) {
  int memory = memfd_create("memory", MFD_CLOEXEC);
  check(write(memory, "kept", 4) == 4, "there is something to keep");
  notify("FDSTORE=1\nFDNAME=svc/memory", memory);
  barrier();
  char text[5] = "", path[4096];
  snprintf(path, sizeof path, "%s/svc/memory", mountpoint);
  int entry = open(path, O_RDONLY | O_CLOEXEC);
  check(pread(entry, text, 4, 0) == 4 && strcmp(text, "kept") == 0, "FDSTORE with FDNAME=box/name");
  close(entry);
  notify("FDSTORE=1\nFDNAME=bare", memory);
  notify("FDSTORE=1", memory);
  barrier();
  check(exists("svc/bare"), "a bare name goes to the box that notify_box names");
  check(exists("svc/stored"), "what has no name is called as systemd calls it");
  notify("READY=1\nSTATUS=running\nFDSTORE=1\nFDNAME=svc/memory", memory);
  barrier();
  check(exists("svc/memory"), "the same once more, with lines that are for systemd, is no harm");
  notify("FDSTOREREMOVE=1\nFDNAME=svc/memory", -1);
  barrier();
  check(!exists("svc/memory"), "FDSTOREREMOVE");
  close(memory);
}

static void watches_for_hangups(void) {
  int goes_away[2], stays[2];
  check(pipe2(goes_away, O_CLOEXEC) == 0 && pipe2(stays, O_CLOEXEC) == 0, "there are pipes");
  notify("FDSTORE=1\nFDNAME=svc/polled", goes_away[0]);
  notify("FDSTORE=1\nFDNAME=svc/unpolled\nFDPOLL=0", stays[0]);
  barrier();
  check(exists("svc/polled") && exists("svc/unpolled"), "pipes are stored");
  close(stays[1]);
  close(goes_away[1]);
  check(goes("svc/polled"), "what hangs up goes");
  check(exists("svc/unpolled"), "with FDPOLL=0 it stays");
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: systemd MOUNTPOINT\n");
    return 2;
  }
  mountpoint = argv[1];
  stores_and_removes();
  watches_for_hangups();
  return 0;
}
