#pragma once
// TAP devices and their interfaces. Each function returns 0 or more, or a negative errno.
//
// The requests of /dev/net/tun are macros, and the offloads of 2022 and later are missing in the
// headers of distributions, so Swift has them here.
#include <stddef.h>
#include <sys/types.h>

// The bits of TUNSETOFFLOAD.
enum {
  WIRE_TUN_F_CSUM = 0x01,
  WIRE_TUN_F_TSO4 = 0x02,
  WIRE_TUN_F_TSO6 = 0x04,
  WIRE_TUN_F_TSO_ECN = 0x08,
  WIRE_TUN_F_USO4 = 0x20,
  WIRE_TUN_F_USO6 = 0x40,
  WIRE_TUN_F_UDP_TUNNEL_GSO = 0x80,
  WIRE_TUN_F_UDP_TUNNEL_GSO_CSUM = 0x100,
};

// The most octets of a name, its end included.
enum { WIRE_NAME_SIZE = 16 };

/// TUNSETIFF: makes a TAP device with virtio-net headers, or attaches to one.
/// `name` may have a %d; `actual` gets the name of the device.
int wire_tun_attach(int fd, const char *name, int is_multi_queue, char *actual);
/// TUNSETVNETHDRSZ, and TUNSETVNETLE: the fields are little-endian on every machine.
int wire_tun_set_header_size(int fd, int size);
/// TUNSETOFFLOAD.
int wire_tun_set_offload(int fd, unsigned mask);
/// SIOCGIFMTU of an interface of this network namespace.
int wire_interface_mtu(const char *name);
/// SIOCSIFMTU.
int wire_interface_set_mtu(const char *name, int mtu);

/// The name of an error, such as EBUSY; null if it is not known.
const char *wire_error_name(int number);

/// read(2), without a wait on a descriptor with O_NONBLOCK.
ssize_t wire_read(int fd, void *octets, size_t count);
/// write(2) or writev(2) of a header and a frame, as one. Without a header, `frame` has it in front.
ssize_t wire_write(
  int fd, const void *header, size_t header_count, const void *frame, size_t frame_count);
