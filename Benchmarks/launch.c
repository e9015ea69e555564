// SPDX-License-Identifier: MIT
//
// Runs a program and says what it cost, as one line of JSON on a descriptor that the caller opened.
//   launch DESCRIPTOR CORE PROGRAM ARGUMENT…      (CORE -1: any)
//
// A process's peak memory includes that of the image it was started from (getrusage(2): ru_maxrss survives exec), so
// a small program has to do the starting, not the Python driver.

#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: launch DESCRIPTOR CORE PROGRAM ARGUMENT...\n");
        return 64;
    }
    int report = atoi(argv[1]), core = atoi(argv[2]);
    char **command = argv + 3;
    if (core >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(core, &set);
        if (sched_setaffinity(0, sizeof set, &set) != 0) perror("sched_setaffinity");
    }
    double begin = now();
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        return 71;
    }
    if (child == 0) {
        close(report);
        execvp(command[0], command);
        fprintf(stderr, "%s: %s\n", command[0], strerror(errno));
        _exit(127);
    }
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0) {
        if (errno != EINTR) {
            perror("wait4");
            return 71;
        }
    }
    double end = now();
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    dprintf(report, "{\"begin\":%.6f,\"wall\":%.6f,\"user\":%.6f,\"sys\":%.6f,\"rss_kib\":%ld,\"exit\":%d}\n", begin,
            end - begin, seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss, code);
    return 0;
}
