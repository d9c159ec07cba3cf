// A guest that has jobs: it asks host 2 for each of them.
#include "guest.h"
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { SOL_UDP_ = 17, UDP_SEGMENT_ = 103 };

static int dial(int family, int kind) {
  struct sockaddr_storage to;
  socklen_t length = address(&to, family, 2);
  for (int i = 0; i < 200; i++) {
    int s = socket(to.ss_family, kind, 0);
    if (connect(s, (void *)&to, length) == 0) return s;
    close(s);
    usleep(20000);
  }
  fail("connect");
  return -1;
}

// Sends a stream. The receiver checks it, and answers when it has all of it.
static int send_stream(int family, uint64_t octets, char *answer) {
  int s = dial(family, SOCK_STREAM);
  if (send(s, "S", 1, 0) < 0 || !send_pattern(s, octets)) return 0;
  shutdown(s, SHUT_WR);
  ssize_t n = recv(s, answer, 63, 0);
  answer[n > 0 ? n : 0] = 0;
  close(s);
  char expected[64];
  sprintf(expected, "intact %llu", (unsigned long long)octets);
  return !strcmp(answer, expected);
}

// Gets a stream, and checks it.
static int fetch_stream(int family, uint64_t octets, char *answer) {
  int s = dial(family, SOCK_STREAM);
  if (send(s, "F", 1, 0) < 0 || send(s, &octets, sizeof octets, 0) < 0) return 0;
  uint64_t total;
  int is_right = check_pattern(s, &total);
  close(s);
  sprintf(answer, "%s %llu", is_right ? "intact" : "BAD", (unsigned long long)total);
  return is_right && total == octets;
}

// Sends bursts of datagrams of `size` octets, each of at most 60,000 octets and 64 datagrams. What
// was not answered is sent again, because datagrams may be lost on the way.
static int send_datagrams(int family, uint64_t octets, int size, int uses_uso, char *answer) {
  int s = dial(family, SOCK_DGRAM);
  struct timeval patience = {0, 300000};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (uses_uso && setsockopt(s, SOL_UDP_, UDP_SEGMENT_, &size, sizeof size) < 0) return 0;
  uint64_t done = 0, lost = 0, bursts = 0;
  while (done < octets) {
    uint64_t length = 60000;
    if (length > (uint64_t)size * 60) length = (uint64_t)size * 60;
    if (length > octets - done) length = octets - done;
    if (length < sizeof(struct start)) length = sizeof(struct start);
    uint64_t place = bursts++ * 977 % (BLOCK - 70000);
    for (uint64_t at = 0; at < length;) {
      uint64_t part = length - at < (uint64_t)size ? length - at : (uint64_t)size;
      // The rest of a burst has room for its start, too.
      if (part < sizeof(struct start)) { length = at; break; }
      struct start start = {place, part, 0};
      memcpy(block + at, &start, sizeof start);
      memcpy(block + at + sizeof start, pattern + place, part - sizeof start);
      place += part - sizeof start;
      at += part;
    }
    uint64_t last = (length - 1) / size * size;
    uint32_t yes = 1;
    memcpy(block + last + offsetof(struct start, is_last), &yes, sizeof yes);
    if (uses_uso) {
      if (send(s, block, length, 0) < 0) return 0;
    } else {
      for (uint64_t at = 0; at < length; at += size)
        if (send(s, block + at, length - at < (uint64_t)size ? length - at : (uint64_t)size, 0) < 0)
          return 0;
    }
    uint64_t right = 0;
    if (recv(s, &right, sizeof right, 0) == sizeof right && right == length) done += length;
    else if (++lost > 20) break;
  }
  close(s);
  sprintf(answer, "%llu octets, %llu bursts, %llu sent again", (unsigned long long)done,
    (unsigned long long)bursts, (unsigned long long)lost);
  return done >= octets;
}

void run(char *jobs) {
  char *save, *job;
  for (job = strtok_r(jobs, ",", &save); job; job = strtok_r(NULL, ",", &save)) {
    char kind[16] = "", answer[128] = "";
    int family = 4, size = 1400, is_right;
    unsigned long long octets = 0;
    sscanf(job, "%15[a-z].%d.%llu.%d", kind, &family, &octets, &size);
    say("begin %s", job);
    errno = 0;
    if (!strcmp(kind, "tcp")) is_right = send_stream(family, octets, answer);
    else if (!strcmp(kind, "fetch")) is_right = fetch_stream(family, octets, answer);
    else is_right = send_datagrams(family, octets, size, !strcmp(kind, "uso"), answer);
    say("%s %s: %s%s%s", is_right ? "right" : "WRONG", job, answer,
      errno && !is_right ? ", " : "", errno && !is_right ? strerror(errno) : "");
  }
  say_switches("sender");
  say_errors("sender");
  int s = dial(4, SOCK_STREAM);
  char answer[8];
  if (send(s, "E", 1, 0) < 0 || recv(s, answer, sizeof answer, 0) < 0) {}
  say("done");
}
