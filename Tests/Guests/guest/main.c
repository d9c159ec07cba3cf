// The only program of a test guest: it is its init. It sets the network up, sends and checks
// patterns, and says on the console what came of it.
//
// The kernel's command line says what to do:
//
//   vnic.host=N      the address is 10.9.0.N and fd09::N
//   vnic.mtu=N       MTU of the interface
//   vnic.vlan=N      the addresses are on VLAN N of the interface
//   vnic.tunnel=...  vxlan or gretap: the addresses are in a tunnel between 10.8.0.1 and 10.8.0.2
//   vnic.uso=0|1     whether UDP_SEGMENT is left to the device, if it can
//   vnic.switch=N    switches offloads of the device every N milliseconds, as ethtool -K does
//   vnic.frames=1    sends the frames that lie in /frames, and nothing else
//   vnic.settled=N   but not before the link has been up for N milliseconds
//   vnic.jobs=...    what to do with host 2, separated by commas; without it the guest serves
//   vnic.seconds=N   powers off after that, whatever happens
//
// A job is KIND.FAMILY.OCTETS[.SIZE]: tcp, fetch (a stream of TCP from host 2), udp (a datagram at a
// time) or uso (UDP_SEGMENT), over 4 or 6; SIZE is the payload of a datagram. A job is done when the
// receiver has everything as it was sent. Lines for the test begin with "vnic: ".
#include "guest.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  printf("vnic: ");
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

void power_off(void) {
  sync();
  reboot(RB_POWER_OFF);
}

void fail(const char *what) {
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
char *option(const char *name) {
  static char value[4096];
  size_t length = strlen(name);
  for (char *p = line; (p = strstr(p, name)); p += length) {
    if (p[length] != '=' || (p > line && p[-1] != ' ')) continue;
    sscanf(p + length + 1, "%4095s", value);
    return value;
  }
  return NULL;
}
int number(const char *name, int otherwise) {
  char *text = option(name);
  return text ? atoi(text) : otherwise;
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
  if (number("vnic.switch", 0)) start_switching(number("vnic.switch", 0));
  char *jobs = option("vnic.jobs");
  if (number("vnic.frames", 0)) {
    send_frames();
  } else if (jobs) {
    static char copy[4096];
    run(strcpy(copy, jobs));
  } else {
    serve();
  }
  power_off();
  return 0;
}
