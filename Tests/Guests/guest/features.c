#include "guest.h"
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Switches a feature of the device by its name. False if the device has it not.
int set_feature(const char *feature, int on) {
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

// What is switched off in one turn and on again in the next.
static const char *const turns[][3] = {
  {"tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-udp-segmentation"},
  {"tx-checksum-ip-generic"},  // takes segmentation offloads with it
  {"tx-scatter-gather"},       // the same, and frames lie in one piece
  {"rx-gro"},
};

// How many features have been switched, and how many the device would not switch.
static struct { volatile unsigned done, refused; } *switches;

// Switches offloads off and on for as long as the guest runs, in a process of its own.
void start_switching(int milliseconds) {
  switches = mmap(
    NULL, sizeof *switches, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (switches == MAP_FAILED) fail("switching");
  pid_t child = fork();
  if (child < 0) fail("switching");
  if (child) return;
  for (unsigned turn = 0;; turn++) {
    usleep(milliseconds * 1000);
    const char *const *names = turns[turn / 2 % (sizeof turns / sizeof *turns)];
    for (int i = 0; i < 3 && names[i]; i++) {
      if (set_feature(names[i], turn % 2)) switches->done++;
      else switches->refused++;
    }
  }
}

void say_switches(const char *who) {
  if (switches) say("switches of %s: %u, refused %u", who, switches->done, switches->refused);
}
