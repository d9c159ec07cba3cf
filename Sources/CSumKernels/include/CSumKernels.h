// What Swift cannot say: prefetching, and code for processors newer than the one that the package
// is built for. Functions in headers only, so that nothing is left to link.
//
// Sums are those of WordSum in WireFormats: 32-bit words in memory order, added up in 64 bits.

#ifndef CSUM_KERNELS_H
#define CSUM_KERNELS_H

/// How far ahead of a copy its source is asked for, in octets. Measured: saves some 5 % of a copy from
/// cold memory and costs nothing in a warm cache; 512 octets slow copies to cold memory down, and 1000
/// octets cost a quarter.
#define CSUM_AHEAD 256

/// Asks for the cache line that a copy from `source` will soon read; any address will do.
static inline void csum_prefetch(const void *source) {
  __builtin_prefetch((const unsigned char *)source + CSUM_AHEAD, 0, 3);
}

#if defined(__x86_64__)

/// Whether this processor, and the system on it, can run the functions for AVX2.
static inline _Bool csum_has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0;
}

#define CSUM_AVX2 static inline __attribute__((target("avx2")))

typedef unsigned long long csum_vector __attribute__((vector_size(32), aligned(32)));
typedef unsigned long long csum_vector_anywhere
    __attribute__((vector_size(32), aligned(1), may_alias));
typedef unsigned long long csum_long __attribute__((aligned(1), may_alias));
typedef unsigned int csum_int __attribute__((aligned(1), may_alias));
typedef unsigned short csum_short __attribute__((aligned(1), may_alias));

/// Sums of 64-bit lanes, which may wrap, and of their upper halves: `whole - (upper << 32)` is the
/// exact sum of the lower halves.
typedef struct {
  csum_vector whole[2];
  csum_vector upper[2];
} csum_state;

CSUM_AVX2 unsigned long long csum_avx2_total(csum_vector whole, csum_vector upper) {
  csum_vector both = whole - (upper << 32) + upper;
  return both[0] + both[1] + both[2] + both[3];
}

/// Sums the fewer than 32 octets that fill no vector, and copies them unless `target` is null.
CSUM_AVX2 unsigned long long csum_avx2_rest(
    unsigned char *target, const unsigned char *source, long count) {
  unsigned long long sum = 0;
  if (count & 16) {
    unsigned long long first = *(const csum_long *)source;
    unsigned long long second = *(const csum_long *)(source + 8);
    if (target) {
      *(csum_long *)target = first;
      *(csum_long *)(target + 8) = second;
      target += 16;
    }
    sum += (first & 0xFFFFFFFF) + (first >> 32) + (second & 0xFFFFFFFF) + (second >> 32);
    source += 16;
  }
  if (count & 8) {
    unsigned long long value = *(const csum_long *)source;
    if (target) {
      *(csum_long *)target = value;
      target += 8;
    }
    sum += (value & 0xFFFFFFFF) + (value >> 32);
    source += 8;
  }
  if (count & 4) {
    unsigned int value = *(const csum_int *)source;
    if (target) {
      *(csum_int *)target = value;
      target += 4;
    }
    sum += value;
    source += 4;
  }
  if (count & 2) {
    unsigned short value = *(const csum_short *)source;
    if (target) {
      *(csum_short *)target = value;
      target += 2;
    }
    sum += value;
    source += 2;
  }
  if (count & 1) {
    if (target) *target = *source;
    sum += *source;  // the first half of a word on a little-endian processor
  }
  return sum;
}

/// The sum of `count` octets.
CSUM_AVX2 unsigned long long csum_avx2_sum(const void *octets, long count) {
  const unsigned char *source = (const unsigned char *)octets;
  csum_vector whole0 = {0}, whole1 = {0}, upper0 = {0}, upper1 = {0};
  while (count >= 64) {
    csum_vector first = *(const csum_vector_anywhere *)source;
    csum_vector second = *(const csum_vector_anywhere *)(source + 32);
    whole0 += first;
    upper0 += first >> 32;
    whole1 += second;
    upper1 += second >> 32;
    source += 64;
    count -= 64;
  }
  if (count & 32) {
    csum_vector first = *(const csum_vector_anywhere *)source;
    whole0 += first;
    upper0 += first >> 32;
    source += 32;
  }
  return csum_avx2_total(whole0 + whole1, upper0 + upper1)
      + csum_avx2_rest((unsigned char *)0, source, count & 31);
}

/// Copies `count` octets to where they do not overlap, and returns their sum.
CSUM_AVX2 unsigned long long csum_avx2_copy(void *to, const void *from, long count) {
  unsigned char *target = (unsigned char *)to;
  const unsigned char *source = (const unsigned char *)from;
  csum_vector whole0 = {0}, whole1 = {0}, upper0 = {0}, upper1 = {0};
  while (count >= 64) {
    csum_prefetch(source);
    csum_vector first = *(const csum_vector_anywhere *)source;
    csum_vector second = *(const csum_vector_anywhere *)(source + 32);
    *(csum_vector_anywhere *)target = first;
    *(csum_vector_anywhere *)(target + 32) = second;
    whole0 += first;
    upper0 += first >> 32;
    whole1 += second;
    upper1 += second >> 32;
    source += 64;
    target += 64;
    count -= 64;
  }
  if (count & 32) {
    csum_vector first = *(const csum_vector_anywhere *)source;
    *(csum_vector_anywhere *)target = first;
    whole0 += first;
    upper0 += first >> 32;
    source += 32;
    target += 32;
  }
  return csum_avx2_total(whole0 + whole1, upper0 + upper1)
      + csum_avx2_rest(target, source, count & 31);
}

#endif
#endif
