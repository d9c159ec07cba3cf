#ifndef CALLOCATION_COUNTER_H
#define CALLOCATION_COUNTER_H

#include <stdint.h>

/// Heap allocations that the calling thread has made so far: malloc, calloc, realloc, aligned_alloc
/// and posix_memalign. Always 0 where the counter is compiled out (AddressSanitizer, other systems).
uint64_t vnic_allocation_count(void);

/// 1 if allocations are counted in this build, 0 if not.
int vnic_allocation_counter_is_active(void);

#endif
