// A relay between two TAP devices with virtio-net headers, as small as it can be: the measure for
// vnic bridge.
//
//   relay LEFT RIGHT MASK-LEFT MASK-RIGHT
//
// The masks are those of TUNSETOFFLOAD. Frames are copied with their headers; TCP frames for a
// right side with a mask of 0 are segmented, and their checksums and those of others completed.
// Prints "ready", and the user and system seconds when it is told to end.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { HEADER = 12, SIZE = 1 << 17 };

struct virtio_header {
  uint8_t flags, type;
  uint16_t header_length, size, start, offset, buffers;
};

static volatile sig_atomic_t is_told_to_end;

static void end(int number) { (void)number; is_told_to_end = 1; }

static int attach(const char *name, unsigned mask) {
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), size = HEADER;
  struct ifreq request = {0};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  if (
    fd < 0 || ioctl(fd, TUNSETIFF, &request) || ioctl(fd, TUNSETVNETHDRSZ, &size)
    || ioctl(fd, TUNSETOFFLOAD, mask)
  ) {
    perror(name);
    exit(1);
  }
  return fd;
}

static uint64_t sum(const uint8_t *octets, size_t count) {
  uint64_t total = 0;
  for (; count >= 8; octets += 8, count -= 8) {
    uint32_t words[2];
    memcpy(words, octets, 8);
    total += (uint64_t)words[0] + words[1];
  }
  for (; count >= 2; octets += 2, count -= 2) {
    uint16_t word;
    memcpy(&word, octets, 2);
    total += word;
  }
  if (count) {
    uint16_t word = 0;
    memcpy(&word, octets, 1);
    total += word;
  }
  return total;
}

static uint16_t fold(uint64_t total) {
  while (total >> 16) total = (total & 0xFFFF) + (total >> 16);
  return (uint16_t)total;
}

static void put16(uint8_t *at, uint16_t value) { value = htons(value); memcpy(at, &value, 2); }

static void write_frame(int fd, const uint8_t *octets, size_t count) {
  if (write(fd, octets, count) < 0 && errno != EIO && errno != EAGAIN) perror("write");
}

// TCP over IPv4 or IPv6, untagged.
static void segment(int fd, const uint8_t *octets, size_t count, uint8_t *out) {
  struct virtio_header header;
  memcpy(&header, octets, sizeof header);
  const uint8_t *frame = octets + HEADER;
  int is_ipv4 = frame[14] >> 4 == 4;
  size_t tcp = header.start, headers = tcp + (size_t)(frame[tcp + 12] >> 4) * 4;
  size_t length = count - HEADER, size = header.size;
  uint16_t identification;
  memcpy(&identification, frame + 18, 2);
  uint32_t sequence;
  memcpy(&sequence, frame + tcp + 4, 4);
  for (size_t at = headers, index = 0; at < length; at += size, index++) {
    size_t payload = length - at < size ? length - at : size;
    memset(out, 0, HEADER);
    uint8_t *made = out + HEADER;
    memcpy(made, frame, headers);
    memcpy(made + headers, frame + at, payload);
    size_t packet = headers - 14 + payload, segment_length = headers - tcp + payload;
    if (is_ipv4) {
      put16(made + 16, (uint16_t)packet);
      put16(made + 18, (uint16_t)(ntohs(identification) + index));
      memset(made + 24, 0, 2);
      uint16_t check = (uint16_t)~fold(sum(made + 14, tcp - 14));
      memcpy(made + 24, &check, 2);
    } else {
      put16(made + 18, (uint16_t)(packet - 40));
    }
    uint32_t number = htonl(ntohl(sequence) + (uint32_t)(index * size));
    memcpy(made + tcp + 4, &number, 4);
    if (at + payload < length) made[tcp + 13] &= (uint8_t)~0x09;
    if (index > 0) made[tcp + 13] &= 0x7F;
    memset(made + tcp + 16, 0, 2);
    uint64_t total = sum(made + tcp, segment_length) + htons(6) + htons((uint16_t)segment_length);
    total += is_ipv4 ? sum(made + 26, 8) : sum(made + 22, 32);
    uint16_t check = (uint16_t)~fold(total);
    memcpy(made + tcp + 16, &check, 2);
    write_frame(fd, out, HEADER + headers + payload);
  }
}

static void relay(int from, int to, int completes) {
  static uint8_t octets[SIZE], out[SIZE];
  for (int frames = 0; frames < 64; frames++) {
    ssize_t count = read(from, octets, SIZE);
    if (count < HEADER) return;
    struct virtio_header header;
    memcpy(&header, octets, sizeof header);
    if (completes && header.type) {
      segment(to, octets, (size_t)count, out);
      continue;
    }
    if (completes && header.flags & 1) {
      uint8_t *frame = octets + HEADER;
      uint16_t check =
        (uint16_t)~fold(sum(frame + header.start, (size_t)count - HEADER - header.start));
      memcpy(frame + header.start + header.offset, &check, 2);
      memset(octets, 0, HEADER);
    }
    write_frame(to, octets, (size_t)count);
  }
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  unsigned masks[2];
  int ends[2];
  for (int side = 0; side < 2; side++) {
    masks[side] = (unsigned)strtoul(arguments[3 + side], NULL, 0);
    ends[side] = attach(arguments[1 + side], masks[side]);
  }
  signal(SIGTERM, end);
  signal(SIGINT, end);
  printf("ready\n");
  fflush(stdout);
  while (!is_told_to_end) {
    struct pollfd polled[2] = {{ends[0], POLLIN, 0}, {ends[1], POLLIN, 0}};
    if (poll(polled, 2, 200) <= 0) continue;
    for (int side = 0; side < 2; side++) {
      if (polled[side].revents & POLLIN) relay(ends[side], ends[!side], masks[!side] == 0);
    }
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf(
    "%.3f %.3f\n", (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6,
    (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6);
  return 0;
}
