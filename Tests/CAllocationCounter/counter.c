#include "CAllocationCounter.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

// A sanitizer interposes the same functions; two of a kind crash.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define VNIC_SANITIZED 1
#endif
#endif

#if defined(__linux__) && defined(__GLIBC__) && !defined(VNIC_SANITIZED)

// glibc's own entries, which stay reachable while the public names are taken over.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

// Initial-exec: a lazily allocated thread-local would allocate while it is counting.
static __thread uint64_t allocations __attribute__((tls_model("initial-exec")));

void *malloc(size_t size) {
  allocations++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  allocations++;
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  allocations++;
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  allocations++;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  allocations++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
  // POSIX: a power of two and a multiple of a pointer's size.
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  int saved = errno;
  allocations++;
  void *result = __libc_memalign(alignment, size);
  errno = saved;
  if (result == NULL) return ENOMEM;
  *block = result;
  return 0;
}

uint64_t vnic_allocation_count(void) { return allocations; }

int vnic_allocation_counter_is_active(void) { return 1; }

#else

uint64_t vnic_allocation_count(void) { return 0; }

int vnic_allocation_counter_is_active(void) { return 0; }

#endif
