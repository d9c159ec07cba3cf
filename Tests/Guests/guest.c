// The only program of a test guest: it is its init. It sets the network up, sends and checks
// patterns, and says on the console what came of it.
//
// The kernel's command line says what to do:
//
//   vnic.host=N     the address is 10.9.0.N and fd09::N
//   vnic.mtu=N      MTU of the interface
//   vnic.vlan=N     the addresses are on VLAN N of the interface
//   vnic.uso=0|1    whether UDP_SEGMENT is left to the device, if it can
//   vnic.jobs=...   what to send to host 2, separated by commas; without it the guest serves
//   vnic.seconds=N  powers off after that, whatever happens
//
// A job is KIND.FAMILY.OCTETS[.SIZE]: tcp, udp (a datagram at a time) or uso (UDP_SEGMENT), over 4
// or 6; SIZE is the payload of a datagram. A job is done when the receiver has said that it got
// everything as it was sent. Lines for the test begin with "vnic: ".
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/ipv6.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 7, SOL_UDP_ = 17, UDP_SEGMENT_ = 103, BLOCK = 1 << 20 };
static char device[IFNAMSIZ];
static uint8_t block[BLOCK], pattern[BLOCK];

static void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("vnic: ");
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

static void power_off(void) {
  sync();
  reboot(RB_POWER_OFF);
}

static void fail(const char *what) {
  say("failed: %s: %s", what, strerror(errno));
  power_off();
}

static void too_late(int signal) {
  (void)signal;
  say("failed: the time is over");
  power_off();
}

// A number of the kernel's command line, or text of it.
static char line[8192];
static char *option(const char *name) {
  static char value[4096];
  size_t length = strlen(name);
  for (char *p = line; (p = strstr(p, name)); p += length) {
    if (p[length] != '=' || (p > line && p[-1] != ' ')) continue;
    sscanf(p + length + 1, "%4095s", value);
    return value;
  }
  return NULL;
}
static int number(const char *name, int otherwise) {
  char *text = option(name);
  return text ? atoi(text) : otherwise;
}

// The pattern of a stream: no two places within a block are alike for long.
static void make_pattern(void) {
  for (uint64_t i = 0; i < BLOCK; i++) {
    uint64_t x = (i >> 3) * 0x9e3779b97f4a7c15ull;
    x ^= x >> 29;
    pattern[i] = x >> ((i & 7) * 8);
  }
}

static int request(unsigned long call, struct ifreq *r) {
  static int s = -1;
  if (s < 0) s = socket(AF_INET, SOCK_DGRAM, 0);
  return ioctl(s, call, r);
}

static struct ifreq named(const char *name) {
  struct ifreq r;
  memset(&r, 0, sizeof r);
  strncpy(r.ifr_name, name, IFNAMSIZ - 1);
  return r;
}

static void bring_up(const char *name) {
  struct ifreq r = named(name);
  request(SIOCGIFFLAGS, &r);
  r.ifr_flags |= IFF_UP;
  if (request(SIOCSIFFLAGS, &r) < 0) fail("up");
}

// Switches a feature of the device by its name. False if the device has it not.
static int set_feature(const char *feature, int on) {
  struct ifreq r = named(device);
  struct { struct ethtool_sset_info info; uint32_t count; } set = {
    {ETHTOOL_GSSET_INFO, 0, 1ull << ETH_SS_FEATURES}, 0};
  r.ifr_data = (void *)&set;
  if (request(SIOCETHTOOL, &r) < 0) return 0;
  uint32_t count = set.count;
  struct ethtool_gstrings *names = calloc(1, sizeof *names + count * ETH_GSTRING_LEN);
  *names = (struct ethtool_gstrings){ETHTOOL_GSTRINGS, ETH_SS_FEATURES, count};
  r.ifr_data = (void *)names;
  if (request(SIOCETHTOOL, &r) < 0) return 0;
  for (uint32_t i = 0; i < count; i++) {
    if (strcmp((char *)names->data + i * ETH_GSTRING_LEN, feature)) continue;
    uint32_t blocks = (count + 31) / 32;
    struct ethtool_sfeatures *change =
      calloc(1, sizeof *change + blocks * sizeof(struct ethtool_set_features_block));
    change->cmd = ETHTOOL_SFEATURES;
    change->size = blocks;
    change->features[i / 32].valid = 1u << i % 32;
    change->features[i / 32].requested = on ? 1u << i % 32 : 0;
    r.ifr_data = (void *)change;
    return request(SIOCETHTOOL, &r) == 0;
  }
  return 0;
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY);
  if (file >= 0 && write(file, text, strlen(text)) < 0) {}
  if (file >= 0) close(file);
}

// Loads what lies in /modules, in the order of the names.
static void load_modules(void) {
  struct dirent **files;
  int count = scandir("/modules", &files, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    char path[512];
    snprintf(path, sizeof path, "/modules/%s", files[i]->d_name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (files[i]->d_name[0] != '.' && syscall(SYS_finit_module, file, "", 0) < 0) fail(path);
    close(file);
  }
}

static void set_up(int host) {
  // virtio_net may be slower than this.
  struct ifreq r = named("eth0");
  for (int i = 0; i < 200 && request(SIOCGIFINDEX, &r) < 0; i++) usleep(10000);
  strcpy(device, "eth0");
  if (request(SIOCGIFINDEX, &r) < 0) fail("no eth0");
  bring_up("lo");
  // No duplicate address detection: it takes a second, and nobody else is there.
  write_file("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
  write_file("/proc/sys/net/ipv6/conf/eth0/accept_dad", "0");
  write_file("/proc/sys/net/ipv4/tcp_congestion_control", "cubic");
  r = named(device);
  r.ifr_mtu = number("vnic.mtu", 1500);
  if (request(SIOCSIFMTU, &r) < 0) fail("mtu");
  int uso = set_feature("tx-udp-segmentation", number("vnic.uso", 1));
  bring_up(device);
  int vlan = number("vnic.vlan", 0);
  char name[IFNAMSIZ] = "eth0";
  if (vlan) {
    struct vlan_ioctl_args v = {.cmd = ADD_VLAN_CMD, .u.VID = vlan};
    strcpy(v.device1, device);
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (ioctl(s, SIOCSIFVLAN, &v) < 0) fail("vlan");
    close(s);
    snprintf(name, sizeof name, "vlan%04d", vlan);
    r = named(name);
    if (request(SIOCGIFINDEX, &r) < 0) snprintf(name, sizeof name, "eth0.%d", vlan);
    bring_up(name);
  }
  r = named(name);
  struct sockaddr_in *a = (struct sockaddr_in *)&r.ifr_addr;
  a->sin_family = AF_INET;
  a->sin_addr.s_addr = htonl(0x0a090000 + host);
  if (request(SIOCSIFADDR, &r) < 0) fail("address");
  r.ifr_addr.sa_family = AF_INET;
  a->sin_addr.s_addr = htonl(0xffffff00);
  if (request(SIOCSIFNETMASK, &r) < 0) fail("netmask");
  struct in6_ifreq six = {.ifr6_prefixlen = 64};
  inet_pton(AF_INET6, "fd09::", &six.ifr6_addr);
  six.ifr6_addr.s6_addr[15] = host;
  r = named(name);
  request(SIOCGIFINDEX, &r);
  six.ifr6_ifindex = r.ifr_ifindex;
  int s = socket(AF_INET6, SOCK_DGRAM, 0);
  // Below an MTU of 1280 there is no IPv6.
  if (ioctl(s, SIOCSIFADDR, &six) < 0 && number("vnic.mtu", 1500) >= 1280) fail("address of IPv6");
  close(s);
  say("up, %s, mtu %d, uso %d", name, number("vnic.mtu", 1500), uso);
}

// Error counters that only a wrong frame raises.
static void say_errors(const char *who) {
  static const char *wanted[] = {
    "Ip: InHdrErrors", "Ip: InAddrErrors", "Ip: InTruncatedPkts", "Tcp: InErrs", "Tcp: InCsumErrors",
    "Udp: InErrors", "Udp: InCsumErrors", "Ip6InHdrErrors", "Ip6InTruncatedPkts", "Udp6InErrors",
    "Udp6InCsumErrors"};
  static const char *devices[] = {
    "rx_errors", "rx_length_errors", "rx_frame_errors", "rx_crc_errors", "tx_errors"};
  char names[2048], values[2048], found[4096] = "";
  unsigned long sum = 0;
  FILE *f = fopen("/proc/net/snmp", "r");
  while (f && fgets(names, sizeof names, f) && fgets(values, sizeof values, f)) {
    char *n, *v, *save1, *save2, *group = strtok_r(names, " \n", &save1);
    strtok_r(values, " \n", &save2);
    while ((n = strtok_r(NULL, " \n", &save1)) && (v = strtok_r(NULL, " \n", &save2))) {
      char both[128];
      snprintf(both, sizeof both, "%s %s", group, n);
      for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!strcmp(both, wanted[i]) && atol(v)) {
          sum += atol(v);
          sprintf(found + strlen(found), " %s %s", both, v);
        }
    }
  }
  if (f) fclose(f);
  f = fopen("/proc/net/snmp6", "r");
  char name[128];
  unsigned long value;
  while (f && fscanf(f, "%127s %lu", name, &value) == 2)
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
      if (!strcmp(name, wanted[i]) && value) {
        sum += value;
        sprintf(found + strlen(found), " %s %lu", name, value);
      }
  if (f) fclose(f);
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
    snprintf(names, sizeof names, "/sys/class/net/%s/statistics/%s", device, devices[i]);
    f = fopen(names, "r");
    if (f && fscanf(f, "%lu", &value) == 1 && value) {
      sum += value;
      sprintf(found + strlen(found), " %s %lu", devices[i], value);
    }
    if (f) fclose(f);
  }
  say("errors of %s: %lu%s", who, sum, found);
}

static socklen_t address(struct sockaddr_storage *s, int family, int host) {
  memset(s, 0, sizeof *s);
  if (family == 6) {
    struct sockaddr_in6 *a = (void *)s;
    *a = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
    if (host) {
      inet_pton(AF_INET6, "fd09::", &a->sin6_addr);
      a->sin6_addr.s6_addr[15] = host;
    }
    return sizeof *a;
  }
  struct sockaddr_in *a = (void *)s;
  *a = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(PORT)};
  a->sin_addr.s_addr = htonl(0x0a090000 + host);
  return sizeof *a;
}

// The receiver.

// What a datagram begins with; the pattern follows from its place in the stream.
struct start { uint64_t place; uint32_t length; uint32_t is_last; };

static void receive_stream(int s) {
  uint64_t total = 0;
  int is_right = 1;
  for (;;) {
    ssize_t n = recv(s, block, sizeof block, 0);
    if (n <= 0) break;
    for (ssize_t done = 0; done < n;) {
      size_t place = (total + done) % BLOCK, part = BLOCK - place;
      if (part > (size_t)(n - done)) part = n - done;
      if (memcmp(block + done, pattern + place, part)) is_right = 0;
      done += part;
    }
    total += n;
  }
  char answer[64];
  int length = sprintf(answer, "%s %llu", is_right ? "intact" : "BAD", (unsigned long long)total);
  if (send(s, answer, length, MSG_NOSIGNAL) < 0) {}
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

static void serve(void) {
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
    if (!p[0].revents) continue;
    int s = accept(t, NULL, NULL);
    char first;
    // A stream that begins with an end asks for counters and the end.
    if (recv(s, &first, 1, MSG_PEEK) == 1 && first == 'E') {
      say_errors("receiver");
      send(s, "done", 4, 0);
      usleep(100000);
      power_off();
    }
    if (recv(s, &first, 1, 0) == 1) receive_stream(s);
  }
}

// The sender.

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

static int send_stream(int family, uint64_t octets, char *answer) {
  int s = dial(family, SOCK_STREAM);
  if (send(s, "S", 1, 0) < 0) return 0;
  for (uint64_t done = 0; done < octets;) {
    size_t place = done % BLOCK, part = BLOCK - place;
    if (part > octets - done) part = octets - done;
    ssize_t n = send(s, pattern + place, part, MSG_NOSIGNAL);
    if (n < 0) return 0;
    done += n;
  }
  shutdown(s, SHUT_WR);
  ssize_t n = recv(s, answer, 63, 0);
  answer[n > 0 ? n : 0] = 0;
  close(s);
  char expected[64];
  sprintf(expected, "intact %llu", (unsigned long long)octets);
  return !strcmp(answer, expected);
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

static void run(char *jobs) {
  char *save, *job;
  for (job = strtok_r(jobs, ",", &save); job; job = strtok_r(NULL, ",", &save)) {
    char kind[16] = "", answer[128] = "";
    int family = 4, size = 1400, is_right;
    unsigned long long octets = 0;
    sscanf(job, "%15[a-z].%d.%llu.%d", kind, &family, &octets, &size);
    say("begin %s", job);
    errno = 0;
    if (!strcmp(kind, "tcp")) is_right = send_stream(family, octets, answer);
    else is_right = send_datagrams(family, octets, size, !strcmp(kind, "uso"), answer);
    say("%s %s: %s%s%s", is_right ? "right" : "WRONG", job, answer,
      errno && !is_right ? ", " : "", errno && !is_right ? strerror(errno) : "");
  }
  say_errors("sender");
  int s = dial(4, SOCK_STREAM);
  char answer[8];
  if (send(s, "E", 1, 0) < 0 || recv(s, answer, sizeof answer, 0) < 0) {}
  say("done");
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  mkdir("/proc", 0755);
  mkdir("/sys", 0755);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("sysfs", "/sys", "sysfs", 0, NULL);
  FILE *f = fopen("/proc/cmdline", "r");
  if (f) {
    line[fread(line, 1, sizeof line - 1, f)] = 0;
    fclose(f);
  }
  signal(SIGALRM, too_late);
  alarm(number("vnic.seconds", 60));
  make_pattern();
  load_modules();
  set_up(number("vnic.host", 1));
  char *jobs = option("vnic.jobs");
  if (jobs) {
    static char copy[4096];
    run(strcpy(copy, jobs));
  } else {
    serve();
  }
  power_off();
  return 0;
}
