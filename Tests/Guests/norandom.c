// To be preloaded into a kernel that runs in virtual time: the random numbers of the host are those
// of a counter, so that every run is alike. For simulations only.
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

static uint64_t state = 88172645463325252ull;

ssize_t getrandom(void *octets, size_t count, unsigned flags) {
  (void)flags;
  for (size_t i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    ((uint8_t *)octets)[i] = state >> 24;
  }
  return count;
}
