// Memory of other processes, and the handler for when it vanishes.
#define _GNU_SOURCE
#include "CVhost.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FUSE_FILES 0x65735546
#define HUGE_PAGES 0x958458f6

enum { FREE, TAKEN, MAPPED, LOST };
static struct mapping {
  _Atomic int state;
  _Atomic uintptr_t start;
  _Atomic size_t length;
} mappings[4096];
enum { COUNT = sizeof mappings / sizeof mappings[0] };

static struct sigaction before;

static void leave_to_others(int number, siginfo_t *info, void *context) {
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(number, info, context);
  } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(number);
  } else {
    // The access is made again, or the signal sent again, and has its usual effect.
    signal(number, SIG_DFL);
    if (info->si_code <= 0) raise(number);
  }
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
  int error = errno;
  uintptr_t place = (uintptr_t)info->si_addr;
  for (int i = 0; info->si_code > 0 && i < COUNT; i++) {
    struct mapping *m = &mappings[i];
    if (atomic_load(&m->state) < MAPPED) continue;
    uintptr_t start = atomic_load(&m->start);
    size_t length = atomic_load(&m->length);
    if (place < start || place - start >= length) continue;
    // The access is made again, and finds empty memory of our own.
    void *empty = mmap(
      (void *)start, length, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    if (empty == MAP_FAILED) break;
    atomic_store(&m->state, LOST);
    errno = error;
    return;
  }
  leave_to_others(number, info, context);
  errno = error;
}

static void install(void) {
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
  action.sa_sigaction = on_bus_error;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &before);
}

int64_t vhost_file_length(int descriptor) {
  struct stat s;
  if (fstat(descriptor, &s) < 0) return -errno;
  return s.st_size;
}

int vhost_map(int descriptor, uint64_t offset, uint64_t length, uint8_t **base) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, install);
  struct statfs files;
  if (fstatfs(descriptor, &files) < 0) return -errno;
  // Another process would answer each access, or not.
  if ((unsigned)files.f_type == FUSE_FILES) return -EPERM;
  uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
  if ((unsigned)files.f_type == HUGE_PAGES && (uint64_t)files.f_bsize > page) page = files.f_bsize;
  uint64_t skipped = offset % page;
  uint64_t whole = (skipped + length + page - 1) / page * page;
  int i = 0;
  for (; i < COUNT; i++) {
    int free = FREE;
    if (atomic_compare_exchange_strong(&mappings[i].state, &free, TAKEN)) break;
  }
  if (i == COUNT) return -ENFILE;
  void *start = mmap(
    NULL, whole, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor,
    (off_t)(offset - skipped));
  if (start == MAP_FAILED) {
    int error = errno;
    atomic_store(&mappings[i].state, FREE);
    return -error;
  }
  atomic_store(&mappings[i].start, (uintptr_t)start);
  atomic_store(&mappings[i].length, whole);
  atomic_store(&mappings[i].state, MAPPED);
  *base = (uint8_t *)start + skipped;
  return i;
}

void vhost_unmap(int mapping) {
  struct mapping *m = &mappings[mapping];
  munmap((void *)atomic_load(&m->start), atomic_load(&m->length));
  atomic_store(&m->state, FREE);
}

bool vhost_is_lost(int mapping) { return atomic_load(&mappings[mapping].state) == LOST; }
