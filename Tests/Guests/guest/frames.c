// Frames that are sent as they are, each with its virtio-net header: they show what a device makes
// of a super-frame whose octets are known.
#include "guest.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <linux/virtio_net.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// A frame before each case has its number, and an EtherType for experiments (IEEE 802).
static void mark(int s, uint32_t number) {
  struct {
    struct virtio_net_hdr header;
    uint8_t destination[6], source[6];
    uint16_t type;
    uint32_t number;
    uint8_t padding[42];
  } __attribute__((packed)) m = {.type = htons(0x88b5), .number = htonl(number)};
  memset(m.destination, 0xff, sizeof m.destination);
  m.source[0] = 2;
  if (send(s, &m, sizeof m, 0) < 0) fail("mark");
}

// What is sent while the link is down is lost. Some devices say that it is up, and then negotiate: a
// link is up if it has been so for `settled` milliseconds.
static void wait_for_link(int settled) {
  char path[64];
  snprintf(path, sizeof path, "/sys/class/net/%s/carrier", device);
  for (int i = 0, since = 0; i < 1000; i++, since += 10) {
    char carrier = '0';
    FILE *f = fopen(path, "r");
    if (f && fread(&carrier, 1, 1, f) != 1) carrier = '0';
    if (f) fclose(f);
    if (carrier != '1') since = 0;
    else if (since >= settled) return;
    usleep(10000);
  }
  fail("no link");
}

// Sends what lies in /frames: a length of 32 bits, little-endian, a header and a frame, and so on.
void send_frames(void) {
  int one = 1, s = socket(AF_PACKET, SOCK_RAW, 0);
  struct ifreq r = named(device);
  request(SIOCGIFINDEX, &r);
  struct sockaddr_ll to = {
    .sll_family = AF_PACKET, .sll_ifindex = r.ifr_ifindex};
  if (setsockopt(s, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) < 0) fail("PACKET_VNET_HDR");
  if (bind(s, (void *)&to, sizeof to) < 0) fail("bind");
  wait_for_link(number("vnic.settled", 0));
  FILE *f = fopen("/frames", "r");
  if (!f) fail("/frames");
  uint32_t length, number = 0, refused = 0;
  while (fread(&length, sizeof length, 1, f) == 1) {
    if (length > BLOCK || fread(block, 1, length, f) != length) fail("/frames ends too early");
    mark(s, number++);
    // No queue on the way fills up.
    usleep(2000);
    if (send(s, block, length, 0) >= 0) continue;
    say("refused %u: %s", number - 1, strerror(errno));
    refused++;
  }
  mark(s, ~0u);
  // What is under way is sent first.
  usleep(300000);
  say("frames: %u, refused %u", number, refused);
}
