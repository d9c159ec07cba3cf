// What the parts of the only program of a test guest have in common; main.c says what it does.
#define _GNU_SOURCE
#include <net/if.h>
#include <stdint.h>
#include <sys/socket.h>

enum { BLOCK = 1 << 20 };

// The interface that the guest talks through, without tags and tunnels.
extern char device[IFNAMSIZ];

// Room for what is received, and the pattern that is sent.
extern uint8_t block[BLOCK], pattern[BLOCK];

// main.c: a line for the test, and the end of the guest.
void say(const char *format, ...);
void power_off(void);
void fail(const char *what);

// main.c: text and numbers of the kernel's command line.
char *option(const char *name);
int number(const char *name, int otherwise);

// interface.c: ioctl on an interface.
struct ifreq named(const char *name);
int request(unsigned long call, struct ifreq *r);
void bring_up(const char *name);
void set_up(int host);

// features.c: offloads, as ethtool switches them.
int set_feature(const char *feature, int on);
void start_switching(int milliseconds);
void say_switches(const char *who);

// tunnel.c: an interface whose frames travel in packets of `lower`.
void make_tunnel(const char *kind, const char *lower, int mtu, uint32_t local, uint32_t remote);

// counters.c
void say_errors(const char *who);

// pattern.c: streams and datagrams of the pattern.
struct start {
  // What a datagram begins with; the pattern follows from its place in the stream.
  uint64_t place;
  uint32_t length;
  uint32_t is_last;
};
void make_pattern(void);
int send_pattern(int s, uint64_t octets);
int check_pattern(int s, uint64_t *octets);
socklen_t address(struct sockaddr_storage *s, int family, int host);

// frames.c: frames of a file, instead of all that.
void send_frames(void);

// receiver.c and sender.c
void serve(void);
void run(char *jobs);
