// The interfaces of the guest and their addresses.
#include "guest.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_vlan.h>
#include <linux/ipv6.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

char device[IFNAMSIZ];

int request(unsigned long call, struct ifreq *r) {
  static int s = -1;
  if (s < 0) s = socket(AF_INET, SOCK_DGRAM, 0);
  return ioctl(s, call, r);
}

struct ifreq named(const char *name) {
  struct ifreq r;
  memset(&r, 0, sizeof r);
  snprintf(r.ifr_name, IFNAMSIZ, "%s", name);
  return r;
}

void bring_up(const char *name) {
  struct ifreq r = named(name);
  request(SIOCGIFFLAGS, &r);
  r.ifr_flags |= IFF_UP;
  if (request(SIOCSIFFLAGS, &r) < 0) fail("up");
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file >= 0 && write(file, text, strlen(text)) < 0) {}
  if (file >= 0) close(file);
}

// Makes a VLAN of the device, and stores its name.
static void make_vlan(int vlan, char *name) {
  struct vlan_ioctl_args v = {.cmd = ADD_VLAN_CMD, .u.VID = vlan};
  strcpy(v.device1, device);
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (ioctl(s, SIOCSIFVLAN, &v) < 0) fail("vlan");
  close(s);
  snprintf(name, IFNAMSIZ, "vlan%04d", vlan);
  struct ifreq r = named(name);
  if (request(SIOCGIFINDEX, &r) < 0) snprintf(name, IFNAMSIZ, "%.8s.%d", device, vlan);
  bring_up(name);
}

static void give_address(const char *name, uint32_t address) {
  struct ifreq r = named(name);
  struct sockaddr_in *a = (struct sockaddr_in *)&r.ifr_addr;
  a->sin_family = AF_INET;
  a->sin_addr.s_addr = htonl(address);
  if (request(SIOCSIFADDR, &r) < 0) fail("address");
  r.ifr_addr.sa_family = AF_INET;
  a->sin_addr.s_addr = htonl(0xffffff00);
  if (request(SIOCSIFNETMASK, &r) < 0) fail("netmask");
}

static void give_ipv6_address(const char *name, int host) {
  struct in6_ifreq six = {.ifr6_prefixlen = 64};
  inet_pton(AF_INET6, "fd09::", &six.ifr6_addr);
  six.ifr6_addr.s6_addr[15] = host;
  struct ifreq r = named(name);
  request(SIOCGIFINDEX, &r);
  six.ifr6_ifindex = r.ifr_ifindex;
  int s = socket(AF_INET6, SOCK_DGRAM, 0);
  if (ioctl(s, SIOCSIFADDR, &six) < 0) fail("address of IPv6");
  close(s);
}

void set_up(int host) {
  // The driver may be slower than this.
  struct ifreq r = named("eth0");
  for (int i = 0; i < 200 && request(SIOCGIFINDEX, &r) < 0; i++) usleep(10000);
  strcpy(device, "eth0");
  if (request(SIOCGIFINDEX, &r) < 0) fail("no eth0");
  bring_up("lo");
  // No duplicate address detection: it takes a second, and nobody else is there.
  write_file("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
  write_file("/proc/sys/net/ipv6/conf/eth0/accept_dad", "0");
  write_file("/proc/sys/net/ipv4/tcp_congestion_control", "cubic");
  int mtu = number("vnic.mtu", 1500);
  r = named(device);
  r.ifr_mtu = mtu;
  if (request(SIOCSIFMTU, &r) < 0) fail("mtu");
  int uso = set_feature("tx-udp-segmentation", number("vnic.uso", 1));
  bring_up(device);
  char name[IFNAMSIZ] = "eth0";
  if (number("vnic.vlan", 0)) make_vlan(number("vnic.vlan", 0), name);
  char *tunnel = option("vnic.tunnel");
  if (tunnel) {
    give_address(name, 0x0a080000 + host);
    // The outer headers: Ethernet, IPv4, and UDP with VXLAN or GRE with a word of its own.
    mtu -= strcmp(tunnel, "vxlan") ? 14 + 20 + 4 : 14 + 20 + 16;
    make_tunnel(tunnel, name, mtu, 0x0a080000 + host, 0x0a080000 + 3 - host);
    strcpy(name, "tunnel");
    bring_up(name);
  }
  give_address(name, 0x0a090000 + host);
  // Below an MTU of 1280 there is no IPv6.
  if (mtu >= 1280) give_ipv6_address(name, host);
  say("up, %s, mtu %d, uso %d", name, mtu, uso);
}
