// Makes calls of the C library do less than asked, or fail. For LD_PRELOAD, by
// environment variables:
//
//   BUSYHOUR_SHORT=SEED    some reads and writes pass on only the first bytes,
//                          others fail with EINTR; which ones depends on SEED
//   BUSYHOUR_NO_MEMORY=N   the N-th allocation fails; with N+, all from the
//                          N-th on
//   BUSYHOUR_NO_SPACE=N    the disk is full from the N-th writev on
//   BUSYHOUR_CLOCK_STEP=S  each look at a clock makes it S seconds later
//   BUSYHOUR_COUNTS=FILE   at the end, writes the number of allocations, of
//                          short and of interrupted calls, and of calls of
//                          writev to FILE
//
// Counting begins when all libraries of the program are initialized.

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

void* __libc_malloc(size_t bytes);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* old, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);

static int counts;
static uint64_t allocations, first_failing, last_failing;
static uint64_t is_short, state, cut_calls, interrupted_calls;
static uint64_t writes, first_without_space = UINT64_MAX;
static int64_t clock_step, clock_shift;

__attribute__((constructor)) static void Begin(void) {
  const char* const seed = getenv("BUSYHOUR_SHORT");
  if (seed != NULL) {
    is_short = 1;
    state = strtoull(seed, NULL, 10);
  }
  const char* const nth = getenv("BUSYHOUR_NO_MEMORY");
  if (nth != NULL) {
    char* rest;
    first_failing = strtoull(nth, &rest, 10);
    last_failing = *rest == '+' ? UINT64_MAX : first_failing;
  }
  const char* const space = getenv("BUSYHOUR_NO_SPACE");
  if (space != NULL) first_without_space = strtoull(space, NULL, 10);
  const char* const step = getenv("BUSYHOUR_CLOCK_STEP");
  if (step != NULL) clock_step = strtoll(step, NULL, 10);
  counts = 1;
}

__attribute__((destructor)) static void End(void) {
  counts = 0;
  is_short = 0;
  const char* const path = getenv("BUSYHOUR_COUNTS");
  FILE* const file = path == NULL ? NULL : fopen(path, "w");
  if (file == NULL) return;
  fprintf(file, "%lu %lu %lu %lu\n", allocations, cut_calls, interrupted_calls,
          writes);
  fclose(file);
}

// splitmix64
static uint64_t Draw(void) {
  uint64_t z =
      __atomic_add_fetch(&state, 0x9e3779b97f4a7c15u, __ATOMIC_RELAXED);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static int FailsForMemory(void) {
  if (!counts) return 0;
  const uint64_t n = __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
  if (n < first_failing || n > last_failing) return 0;
  errno = ENOMEM;
  return 1;
}

void* malloc(size_t bytes) {
  return FailsForMemory() ? NULL : __libc_malloc(bytes);
}

void* calloc(size_t count, size_t bytes) {
  return FailsForMemory() ? NULL : __libc_calloc(count, bytes);
}

void* realloc(void* old, size_t bytes) {
  return FailsForMemory() ? NULL : __libc_realloc(old, bytes);
}

void* memalign(size_t alignment, size_t bytes) {
  return FailsForMemory() ? NULL : __libc_memalign(alignment, bytes);
}

void* aligned_alloc(size_t alignment, size_t bytes) {
  return memalign(alignment, bytes);
}

int posix_memalign(void** at, size_t alignment, size_t bytes) {
  void* const got = memalign(alignment, bytes);
  if (got == NULL) return ENOMEM;
  *at = got;
  return 0;
}

// How many of `bytes` a call passes on: all, some, or -1 with EINTR. Each is
// the case for a third of the calls.
static ssize_t Share(size_t bytes) {
  if (!is_short || bytes == 0) return (ssize_t)bytes;
  const uint64_t draw = Draw();
  if (draw % 3 == 0) return (ssize_t)bytes;
  if (draw % 3 == 1) {
    __atomic_add_fetch(&interrupted_calls, 1, __ATOMIC_RELAXED);
    errno = EINTR;
    return -1;
  }
  if (bytes > 1) __atomic_add_fetch(&cut_calls, 1, __ATOMIC_RELAXED);
  // Also very short ones.
  const size_t most = draw % 2 == 0 || bytes < 8 ? bytes : 8;
  return (ssize_t)(1 + (draw >> 8) % most);
}

ssize_t read(int fd, void* to, size_t bytes) {
  const ssize_t share = Share(bytes);
  return share < 0 ? -1 : syscall(SYS_read, fd, to, (size_t)share);
}

ssize_t write(int fd, const void* from, size_t bytes) {
  const ssize_t share = Share(bytes);
  return share < 0 ? -1 : syscall(SYS_write, fd, from, (size_t)share);
}

// The first `share` bytes of the pieces, in a call of number `call`.
static ssize_t PutPieces(long call, int fd, const struct iovec* pieces,
                         size_t count, unsigned flags) {
  if (!is_short) return syscall(call, fd, pieces, count, flags);
  struct iovec some[1024];
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) bytes += pieces[i].iov_len;
  const ssize_t share = Share(bytes);
  if (share < 0) return -1;
  size_t left = (size_t)share;
  size_t used = 0;
  for (; used < count && (left > 0 || used == 0); ++used) {
    some[used] = pieces[used];
    if (some[used].iov_len > left) some[used].iov_len = left;
    left -= some[used].iov_len;
  }
  return syscall(call, fd, some, used, flags);
}

ssize_t writev(int fd, const struct iovec* pieces, int count) {
  if (__atomic_add_fetch(&writes, 1, __ATOMIC_RELAXED) >= first_without_space) {
    errno = ENOSPC;
    return -1;
  }
  return PutPieces(SYS_writev, fd, pieces, (size_t)count, 0);
}

ssize_t vmsplice(int fd, const struct iovec* pieces, size_t count,
                 unsigned flags) {
  return PutPieces(SYS_vmsplice, fd, pieces, count, flags);
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  const long result = syscall(SYS_clock_gettime, clock, now);
  now->tv_sec += __atomic_add_fetch(&clock_shift, clock_step, __ATOMIC_RELAXED);
  return (int)result;
}
