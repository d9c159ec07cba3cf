// The pattern that streams and datagrams carry, and where it is sent to.
#include "guest.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { PORT = 7 };
uint8_t block[BLOCK], pattern[BLOCK];

// The pattern of a stream: no two places within a block are alike for long.
void make_pattern(void) {
  for (uint64_t i = 0; i < BLOCK; i++) {
    uint64_t x = (i >> 3) * 0x9e3779b97f4a7c15ull;
    x ^= x >> 29;
    pattern[i] = x >> ((i & 7) * 8);
  }
}

// Sends a stream of the pattern. False if it broke off.
int send_pattern(int s, uint64_t octets) {
  for (uint64_t done = 0; done < octets;) {
    size_t place = done % BLOCK, part = BLOCK - place;
    if (part > octets - done) part = octets - done;
    ssize_t n = send(s, pattern + place, part, MSG_NOSIGNAL);
    if (n < 0) return 0;
    done += n;
  }
  return 1;
}

// Receives a stream to its end, and its length. False if it is not the pattern.
int check_pattern(int s, uint64_t *octets) {
  uint64_t total = 0;
  int is_right = 1;
  for (;;) {
    ssize_t n = recv(s, block, sizeof block, 0);
    if (n <= 0) break;
    for (ssize_t done = 0; done < n;) {
      size_t place = (total + done) % BLOCK, part = BLOCK - place;
      if (part > (size_t)(n - done)) part = n - done;
      if (memcmp(block + done, pattern + place, part)) is_right = 0;
      done += part;
    }
    total += n;
  }
  *octets = total;
  return is_right;
}

socklen_t address(struct sockaddr_storage *s, int family, int host) {
  memset(s, 0, sizeof *s);
  if (family == 6) {
    struct sockaddr_in6 *a = (void *)s;
    *a = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
    if (host) {
      inet_pton(AF_INET6, "fd09::", &a->sin6_addr);
      a->sin6_addr.s6_addr[15] = host;
    }
    return sizeof *a;
  }
  struct sockaddr_in *a = (void *)s;
  *a = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(PORT)};
  a->sin_addr.s_addr = htonl(0x0a090000 + host);
  return sizeof *a;
}
