// A guest that serves: it checks what it gets and answers, until a sender asks for the end.
#include "guest.h"
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// The first octet of a stream says what it is for.
static void answer_stream(int s) {
  char first, answer[64];
  uint64_t octets;
  if (recv(s, &first, 1, 0) != 1) first = 0;
  switch (first) {
    case 'S':  // the pattern follows
      sprintf(answer, "%s ", check_pattern(s, &octets) ? "intact" : "BAD");
      sprintf(answer + strlen(answer), "%llu", (unsigned long long)octets);
      if (send(s, answer, strlen(answer), MSG_NOSIGNAL) < 0) {}
      break;
    case 'F':  // wants that many octets of the pattern
      if (recv(s, &octets, sizeof octets, MSG_WAITALL) == sizeof octets) send_pattern(s, octets);
      break;
    case 'E':  // wants the counters and the end
      say_switches("receiver");
      say_errors("receiver");
      send(s, "done", 4, 0);
      usleep(100000);
      power_off();
  }
  close(s);
}

// Answers the last datagram of a burst with how many octets were right since the burst before.
static void receive_datagram(int s) {
  static uint64_t right;
  struct sockaddr_storage from;
  socklen_t length = sizeof from;
  ssize_t n = recvfrom(s, block, sizeof block, 0, (void *)&from, &length);
  struct start start;
  if (n < (ssize_t)sizeof start) return;
  memcpy(&start, block, sizeof start);
  size_t payload = n - sizeof start;
  if (start.length == n && start.place + payload <= BLOCK
    && !memcmp(block + sizeof start, pattern + start.place, payload)) right += n;
  if (!start.is_last) return;
  if (sendto(s, &right, sizeof right, 0, (void *)&from, length) < 0) {}
  right = 0;
}

void serve(void) {
  int one = 1, zero = 0, big = 1 << 24;
  int t = socket(AF_INET6, SOCK_STREAM, 0), u = socket(AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_storage any;
  socklen_t length = address(&any, 6, 0);
  setsockopt(t, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(t, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
  setsockopt(u, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof zero);
  setsockopt(u, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big);
  if (bind(t, (void *)&any, length) < 0 || bind(u, (void *)&any, length) < 0) fail("bind");
  listen(t, 8);
  say("serving");
  for (;;) {
    struct pollfd p[2] = {{t, POLLIN, 0}, {u, POLLIN, 0}};
    poll(p, 2, -1);
    if (p[1].revents) receive_datagram(u);
    if (p[0].revents) answer_stream(accept(t, NULL, NULL));
  }
}
