/* Frames for the programs in this folder, and the way out of a failed check. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);   \
      exit(1);                                                                  \
    }                                                                           \
  } while (0)

enum { HEADERS = 54, TCP = 34 };

/* Payload octet `at` of a stream. */
static inline uint8_t stream_octet(uint64_t at) { return (uint8_t)(at * 31 + (at >> 8) * 7); }

static inline void put16(uint8_t *to, unsigned value) {
  to[0] = (uint8_t)(value >> 8);
  to[1] = (uint8_t)value;
}

static inline void put32(uint8_t *to, uint32_t value) {
  put16(to, value >> 16);
  put16(to + 2, value & 0xFFFF);
}

static inline uint32_t get32(const uint8_t *from) {
  return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

/*
 * Writes a TCP frame from 192.0.2.1 to 192.0.2.2, with the octets of the stream from `start` on and
 * checksums left to the NIC. Returns its length.
 */
static inline size_t make_frame(uint8_t *frame, uint64_t start, size_t payload) {
  static const uint8_t front[HEADERS] = {
      2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,                          /* Ethernet */
      0x45, 0, 0, 0, 0, 7, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, /* IPv4, DF */
      0x9C, 0x40, 0, 80, 0, 0, 0, 0, 0, 0, 0, 1, 0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0};
  memcpy(frame, front, sizeof front);
  put16(frame + 16, (unsigned)(40 + payload));
  put32(frame + TCP + 4, (uint32_t)start);
  for (size_t at = 0; at < payload; at++) frame[HEADERS + at] = stream_octet(start + at);
  return HEADERS + payload;
}

/* The sum of 16-bit words, folded. */
static inline unsigned ones_sum(const uint8_t *octets, size_t size, uint32_t sum) {
  for (size_t at = 0; at + 1 < size; at += 2) sum += (unsigned)octets[at] << 8 | octets[at + 1];
  if (size & 1) sum += (unsigned)octets[size - 1] << 8;
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return sum;
}

/* Checks both checksums of a frame that make_frame() or a NIC wrote. */
static inline int checksums_hold(const uint8_t *frame, size_t size) {
  size_t length = size - TCP;
  unsigned pseudo = ones_sum(frame + 26, 8, (uint32_t)(6 + length));
  return ones_sum(frame + 14, 20, 0) == 0xFFFF && ones_sum(frame + TCP, length, pseudo) == 0xFFFF;
}

#endif
