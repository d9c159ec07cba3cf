#include "guest.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Error counters that only a wrong frame raises.
void say_errors(const char *who) {
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
