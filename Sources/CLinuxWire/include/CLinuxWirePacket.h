#pragma once
// Packet sockets with virtio-net headers. Each function returns 0 or more, or a negative errno.
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// The VLAN tag that the kernel has taken out of a frame.
struct wire_packet_tag {
  uint8_t is_present;
  uint16_t type;
  uint16_t control;
};

/// socket(AF_PACKET, SOCK_RAW), which receives nothing before wire_packet_bind.
int wire_packet_socket(void);
/// PACKET_VNET_HDR: virtio-net headers of 10 octets.
int wire_packet_use_headers(int fd);
/// PACKET_IGNORE_OUTGOING: only what the interface has received.
int wire_packet_ignore_outgoing(int fd);
/// PACKET_AUXDATA: tags that the kernel takes out of frames.
int wire_packet_use_tags(int fd);
/// PACKET_ADD_MEMBERSHIP: frames to all addresses.
int wire_packet_join_all(int fd, unsigned interface_index);
/// bind(2) to an interface, for all protocols.
int wire_packet_bind(int fd, unsigned interface_index);
/// Whether the socket is bound to an interface that exists: 1, 0, or a negative errno.
int wire_packet_is_bound(int fd);
/// recvmsg(2) without a wait: a header and a frame. Returns their length, which exceeds `count` if
/// the frame was cut off.
ssize_t wire_packet_receive(int fd, void *octets, size_t count, struct wire_packet_tag *tag);
