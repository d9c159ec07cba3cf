#pragma once
// What a vhost-user backend needs of Linux and Swift cannot say: ancillary data, writes without
// SIGPIPE, reads that never wait, ordered accesses to shared memory, and memory of another process
// that may vanish. Results below 0 are errno, negated.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What kind of file a descriptor is.
enum { VHOST_OTHER, VHOST_EVENT, VHOST_PIPE, VHOST_SOCKET, VHOST_FILE };
int vhost_kind(int descriptor);

// Makes a socket at `path` that listens. A socket file that nothing listens on is replaced.
int vhost_listen(const char *path);
// Accepts a connection, if there is one. Neither this nor the socket waits.
int vhost_accept(int listener);
// Closes a listener, and removes the socket file at `path` unless another listener has it by now.
void vhost_close_listener(const char *path, int listener);

// Reads at most `length` octets without waiting, and the descriptors that come along: at most
// `*count`, which becomes their number. `*truncated` is set if there were more.
long vhost_receive(
  int socket, void *buffer, size_t length, int *descriptors, int *count, bool *truncated);
// Sends all octets or none.
int vhost_send(int socket, const void *buffer, size_t length);

// Lets a descriptor not wait; it shares this with the process that it came from.
int vhost_stop_waiting(int descriptor);
// Resets an event, or empties a pipe or socket, without waiting.
int vhost_clear(int descriptor);
// Adds 1 to an event, or writes 8 octets to a pipe or socket. One that is full has a signal already.
int vhost_signal(int descriptor, int kind);

// Memory of another process. Returns a number for `vhost_unmap` and `vhost_is_lost`.
//
// The other process may shorten its file, and an access beyond the end raises SIGBUS. The first
// call installs a handler for SIGBUS, which puts empty memory in place of such a mapping and leaves
// all other faults to the handler that was there.
int vhost_map(int descriptor, uint64_t offset, uint64_t length, uint8_t **base);
void vhost_unmap(int mapping);
bool vhost_is_lost(int mapping);
// The length of a file that can be mapped.
int64_t vhost_file_length(int descriptor);

// One access to memory that others write: the compiler neither repeats nor splits it.
static inline uint16_t vhost_load16(const void *p) {
  return __atomic_load_n((const uint16_t *)p, __ATOMIC_ACQUIRE);
}
static inline uint64_t vhost_load64(const void *p) {
  return __atomic_load_n((const uint64_t *)p, __ATOMIC_RELAXED);
}
static inline void vhost_store32(void *p, uint32_t value) {
  __atomic_store_n((uint32_t *)p, value, __ATOMIC_RELAXED);
}
static inline void vhost_store16(void *p, uint16_t value) {
  __atomic_store_n((uint16_t *)p, value, __ATOMIC_RELEASE);
}
static inline void vhost_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
