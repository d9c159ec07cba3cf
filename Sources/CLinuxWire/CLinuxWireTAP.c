// <linux/if.h> and <net/if.h> contradict each other, and Swift imports the latter; the kernel's
// headers are needed here only.
#define _GNU_SOURCE
#include "CLinuxWireTAP.h"

#include <errno.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef TUNSETVNETLE
#define TUNSETVNETLE _IOW('T', 220, int)
#endif

_Static_assert(WIRE_NAME_SIZE == IFNAMSIZ, "the size of a name");

static void copy_name(struct ifreq *request, const char *name) {
  memset(request, 0, sizeof *request);
  strncpy(request->ifr_name, name, IFNAMSIZ - 1);
}

int wire_tun_attach(int fd, const char *name, int is_multi_queue, char *actual) {
  struct ifreq request;
  copy_name(&request, name);
  request.ifr_flags =
    (short)(IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (is_multi_queue ? IFF_MULTI_QUEUE : 0));
  if (ioctl(fd, TUNSETIFF, &request) < 0) return -errno;
  memcpy(actual, request.ifr_name, IFNAMSIZ);
  actual[IFNAMSIZ - 1] = 0;
  return 0;
}

int wire_tun_set_header_size(int fd, int size) {
  int one = 1;
  if (ioctl(fd, TUNSETVNETLE, &one) < 0) return -errno;
  return ioctl(fd, TUNSETVNETHDRSZ, &size) < 0 ? -errno : 0;
}

int wire_tun_set_offload(int fd, unsigned mask) {
  return ioctl(fd, TUNSETOFFLOAD, (unsigned long)mask) < 0 ? -errno : 0;
}

// A request about an interface, by its name.
static int interface_request(unsigned long code, struct ifreq *request) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  int result = ioctl(fd, code, request) < 0 ? -errno : 0;
  close(fd);
  return result;
}

int wire_interface_mtu(const char *name) {
  struct ifreq request;
  copy_name(&request, name);
  int result = interface_request(SIOCGIFMTU, &request);
  return result < 0 ? result : request.ifr_mtu;
}

int wire_interface_set_mtu(const char *name, int mtu) {
  struct ifreq request;
  copy_name(&request, name);
  request.ifr_mtu = mtu;
  return interface_request(SIOCSIFMTU, &request);
}

const char *wire_error_name(int number) {
#ifdef __GLIBC__
  return strerrorname_np(number);
#else
  (void)number;
  return NULL;
#endif
}

ssize_t wire_read(int fd, void *octets, size_t count) {
  ssize_t result;
  do result = read(fd, octets, count); while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : result;
}

ssize_t wire_write(
  int fd, const void *header, size_t header_count, const void *frame, size_t frame_count
) {
  // The kernel takes longer to look at two parts than it takes to join a small frame, such as an
  // acknowledgement, with its header here.
  unsigned char joined[256];
  size_t count = header_count + frame_count;
  ssize_t result;
  if (!header_count) {
    do result = write(fd, frame, frame_count); while (result < 0 && errno == EINTR);
  } else if (header_count <= sizeof joined && frame_count <= sizeof joined - header_count) {
    memcpy(joined, header, header_count);
    if (frame_count) memcpy(joined + header_count, frame, frame_count);
    do result = write(fd, joined, count); while (result < 0 && errno == EINTR);
  } else {
    struct iovec parts[2] = {{(void *)header, header_count}, {(void *)frame, frame_count}};
    do result = writev(fd, parts, 2); while (result < 0 && errno == EINTR);
  }
  return result < 0 ? -errno : result;
}
