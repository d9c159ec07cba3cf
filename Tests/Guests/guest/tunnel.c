// Tunnels, which are made by a message of rtnetlink: no ioctl knows VXLAN.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// guest.h and <linux/if_tunnel.h> do not go together.
unsigned if_nametoindex(const char *name);
void fail(const char *what);
enum { GRE_LINK = 1, GRE_LOCAL = 6, GRE_REMOTE = 7, VNI = 9, VXLAN_PORT = 4789 };

struct message {
  struct nlmsghdr header;
  struct ifinfomsg link;
  char attributes[400];
};

// Appends an attribute, and returns it. One without octets can have more put into it.
static struct rtattr *add(struct message *m, int type, const void *octets, size_t length) {
  struct rtattr *a = (void *)((char *)m + NLMSG_ALIGN(m->header.nlmsg_len));
  a->rta_type = type;
  a->rta_len = RTA_LENGTH(length);
  if (length) memcpy(RTA_DATA(a), octets, length);
  m->header.nlmsg_len = NLMSG_ALIGN(m->header.nlmsg_len) + RTA_ALIGN(a->rta_len);
  return a;
}

static void add_number(struct message *m, int type, uint32_t number) {
  add(m, type, &number, sizeof number);
}

// Ends what was put into an attribute.
static void end(struct message *m, struct rtattr *a) {
  a->rta_len = (char *)m + m->header.nlmsg_len - (char *)a;
}

// Sends the message and waits for its acknowledgement. Returns 0 or a negative errno.
static int sent(struct message *m) {
  int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
    char rest[1024];
  } answer = {.error.error = -EIO};
  int is_sent = send(s, m, m->header.nlmsg_len, 0) >= 0 && recv(s, &answer, sizeof answer, 0) >= 0;
  close(s);
  return is_sent ? answer.error.error : -EIO;
}

// Makes the interface "tunnel": a vxlan or gretap between two addresses of IPv4.
void make_tunnel(const char *kind, const char *lower, int mtu, uint32_t local, uint32_t remote) {
  int is_vxlan = !strcmp(kind, "vxlan");
  uint16_t port = htons(VXLAN_PORT);
  struct message m = {
    .header = {
      .nlmsg_len = NLMSG_LENGTH(sizeof m.link), .nlmsg_type = RTM_NEWLINK,
      .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL}};
  add(&m, IFLA_IFNAME, "tunnel", sizeof "tunnel");
  add_number(&m, IFLA_MTU, mtu);
  struct rtattr *info = add(&m, IFLA_LINKINFO, NULL, 0);
  add(&m, IFLA_INFO_KIND, kind, strlen(kind));
  struct rtattr *data = add(&m, IFLA_INFO_DATA, NULL, 0);
  add_number(&m, is_vxlan ? IFLA_VXLAN_LINK : GRE_LINK, if_nametoindex(lower));
  add_number(&m, is_vxlan ? IFLA_VXLAN_LOCAL : GRE_LOCAL, htonl(local));
  add_number(&m, is_vxlan ? IFLA_VXLAN_GROUP : GRE_REMOTE, htonl(remote));
  if (is_vxlan) {
    add_number(&m, IFLA_VXLAN_ID, VNI);
    add(&m, IFLA_VXLAN_PORT, &port, sizeof port);
  }
  end(&m, data);
  end(&m, info);
  errno = -sent(&m);
  if (errno) fail(kind);
}
