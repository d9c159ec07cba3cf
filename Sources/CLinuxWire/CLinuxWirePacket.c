#include "CLinuxWirePacket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

int wire_packet_socket(void) {
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  return fd < 0 ? -errno : fd;
}

static int set_flag(int fd, int option) {
  int one = 1;
  return setsockopt(fd, SOL_PACKET, option, &one, sizeof one) < 0 ? -errno : 0;
}

int wire_packet_use_headers(int fd) { return set_flag(fd, PACKET_VNET_HDR); }

int wire_packet_ignore_outgoing(int fd) { return set_flag(fd, PACKET_IGNORE_OUTGOING); }

int wire_packet_use_tags(int fd) { return set_flag(fd, PACKET_AUXDATA); }

int wire_packet_join_all(int fd, unsigned interface_index) {
  struct packet_mreq request = {0};
  request.mr_ifindex = (int)interface_index;
  request.mr_type = PACKET_MR_PROMISC;
  int result = setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request);
  return result < 0 ? -errno : 0;
}

int wire_packet_bind(int fd, unsigned interface_index) {
  struct sockaddr_ll address = {0};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = (int)interface_index;
  return bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
}

int wire_packet_is_bound(int fd) {
  struct sockaddr_ll address = {0};
  socklen_t size = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &size) < 0) return -errno;
  return address.sll_ifindex > 0;
}

ssize_t wire_packet_receive(int fd, void *octets, size_t count, struct wire_packet_tag *tag) {
  struct iovec part = {octets, count};
  // The union gives the memory the alignment of a header.
  union {
    struct cmsghdr header;
    char octets[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
  } control;
  struct msghdr message = {0};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  ssize_t length;
  do length = recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC); while (length < 0 && errno == EINTR);
  if (length < 0) return -errno;
  memset(tag, 0, sizeof *tag);
  struct cmsghdr *item = CMSG_FIRSTHDR(&message);
  for (; item != NULL; item = CMSG_NXTHDR(&message, item)) {
    if (item->cmsg_level != SOL_PACKET || item->cmsg_type != PACKET_AUXDATA) continue;
    if (item->cmsg_len < CMSG_LEN(sizeof(struct tpacket_auxdata))) continue;
    struct tpacket_auxdata data;
    memcpy(&data, CMSG_DATA(item), sizeof data);
    if (!(data.tp_status & TP_STATUS_VLAN_VALID)) continue;
    tag->is_present = 1;
    tag->control = data.tp_vlan_tci;
    tag->type =
      data.tp_status & TP_STATUS_VLAN_TPID_VALID ? data.tp_vlan_tpid : (uint16_t)ETH_P_8021Q;
  }
  return length;
}
