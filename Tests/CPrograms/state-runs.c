/*
 * Saves and restores at every step of random runs. Two NICs with a wire between them, twice: one pair
 * is never saved, the other one is saved, released and restored after every step. Both make the same
 * random steps, and all that can be seen of them must be the same. The argument is the number of runs.
 */
#include "frames.h"
#include <vnic.h>

enum { STEPS = 25, SEGMENTS = 30, SEGMENT = 100, LARGEST = 5000 };

static uint8_t segments[SEGMENTS][HEADERS + SEGMENT];

typedef struct run {
  vnic_nic *left, *right;
  vnic_wire *wire;
  uint64_t time, random;
  /* A sum of all that was seen, and what was in it. */
  uint64_t seen, frames, coalesced, refused;
} run;

/* FNV-1a. */
static void see(run *run, const void *octets, size_t size) {
  for (size_t at = 0; at < size; at++)
    run->seen = (run->seen ^ ((const uint8_t *)octets)[at]) * 1099511628211u;
}

static void see_number(run *run, uint64_t number) { see(run, &number, sizeof number); }

/* A number below `limit`, by SplitMix64. */
static uint64_t below(run *run, uint64_t limit) {
  uint64_t value = run->random += 0x9E3779B97F4A7C15u;
  value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
  value = (value ^ value >> 27) * 0x94D049BB133111EBu;
  return (value ^ value >> 31) % limit;
}

/* The result of a step: refusals are part of what is seen, with their numbers. */
static void result(run *run, int32_t code, const vnic_error *error) {
  see_number(run, (uint64_t)code);
  if (code == 0) return;
  see(run, error->operands, sizeof error->operands);
  run->refused++;
}
#define STEP(call)              \
  do {                          \
    vnic_error error = {0};     \
    int32_t code = (call);      \
    result(run, code, &error);  \
  } while (0)

static void take(
    void *context, const void *frame, size_t size, const vnic_received *metadata, uint64_t time) {
  run *run = context;
  see_number(run, time);
  see_number(run, metadata->layer4);
  see_number(run, metadata->coalesced_segments);
  see(run, frame, size);
  run->frames++;
  if (metadata->coalesced_segments > 1) run->coalesced++;
}

static void set_offload(void *context, vnic_nic *nic, uint32_t active) {
  (void)context, (void)nic, (void)active;
}

static const vnic_gso_capabilities gso = {
    .size = sizeof gso, .layer3 = 15, .layer4 = 7, .maximum_offload_size = 65536,
    .minimum_segment_count = 2, .set_gso = set_offload};
static const vnic_rsc_capabilities rsc = {
    .size = sizeof rsc, .layer3 = 5, .layer4 = 5, .set_rsc = set_offload};

static vnic_nic *make_nic(run *run, uint8_t last) {
  vnic_nic_config config = {
      .size = sizeof config, .mtu = 1500, .mac_address = {2, 0, 0, 0, 0, last}, .receive = take,
      .context = run};
  vnic_receive_coalescing coalescing = {
      .size = sizeof coalescing, .flow_capacity = 2, .has_window = 1, .window = 20000};
  vnic_nic *nic = NULL;
  CHECK(vnic_nic_create(&nic, &config, NULL) == 0);
  CHECK(vnic_nic_set_gso(nic, &gso, NULL) == 0);
  CHECK(vnic_nic_set_rsc(nic, &rsc, NULL) == 0);
  CHECK(vnic_nic_set_rx_checksum(nic, set_offload, NULL, NULL) == 0);
  CHECK(vnic_nic_set_receive_coalescing(nic, &coalescing, NULL) == 0);
  CHECK(vnic_nic_start(nic, NULL) == 0);
  return nic;
}

static void make_run(run *run, uint64_t seed) {
  *run = (struct run){.random = seed, .seen = 14695981039346656037u};
  run->left = make_nic(run, 1);
  run->right = make_nic(run, 2);
  vnic_wire_config config = {
      .size = sizeof config, .seed = seed, .loss_rate = 0.1, .duplication_rate = 0.1,
      .reordering_rate = 0.1, .reordering_delay = 3000, .delay = 4000, .bandwidth = 1000000000,
      .receiver = run->right};
  CHECK(vnic_wire_create(&run->wire, &config, NULL) == 0);
  CHECK(vnic_nic_connect(run->left, run->wire, NULL) == 0);
}

static void end_run(run *run) {
  vnic_nic_destroy(run->left);
  vnic_wire_destroy(run->wire);
  vnic_nic_destroy(run->right);
}

static void send_frame(run *run) {
  static const uint32_t sizes[] = {0, 500, 1448};
  uint8_t frame[HEADERS + LARGEST];
  vnic_buffer buffer = {frame, make_frame(frame, 0, below(run, LARGEST + 1))};
  vnic_transmit_request request = {.size = sizeof request, .segment_size = sizes[below(run, 3)]};
  STEP(vnic_nic_transmit(run->left, &buffer, 1, &request, run->time, NULL, &error));
}

static void receive_segments(run *run) {
  for (size_t first = below(run, SEGMENTS), at = first; at < SEGMENTS && at < first + 3; at++) {
    vnic_buffer frame = {segments[at], sizeof segments[at]};
    STEP(vnic_nic_receive(run->right, &frame, 1, run->time, &error));
  }
}

static void step(run *run) {
  switch (below(run, 9)) {
  case 0: case 1: send_frame(run); break;
  case 2: case 3: case 4: receive_segments(run); break;
  case 5:
    if (vnic_nic_state(run->left) == VNIC_STATE_PAUSED)
      STEP(vnic_nic_resume(run->left, &error));
    else
      STEP(vnic_nic_pause(run->left, &error));
    break;
  case 6:
    STEP(vnic_nic_set_keyword(run->left, "*LsoV2IPv4", below(run, 2) ? "1" : "0", &error));
    STEP(vnic_nic_set_mtu(run->left, 1400, &error));
    break;
  default:
    run->time += below(run, 30000);
    STEP(vnic_nic_advance(run->left, run->time, &error));
    STEP(vnic_nic_advance(run->right, run->time, &error));
  }
  see_number(run, vnic_nic_active(run->left));
  see_number(run, (uint64_t)vnic_nic_state(run->left));
  vnic_nic *nics[] = {run->left, run->right};
  for (size_t at = 0; at < 2; at++) {
    vnic_counters counters = {.size = sizeof counters};
    uint64_t next = 0;
    CHECK(vnic_nic_get_counters(nics[at], &counters, NULL) == 0);
    see(run, &counters, sizeof counters);
    see_number(run, (uint64_t)vnic_nic_next_event(nics[at], &next));
    see_number(run, next);
  }
}

static vnic_nic *restored(run *run, const uint8_t *state, size_t size) {
  vnic_nic_code code = {
      .size = sizeof code, .receive = take, .context = run, .gso = &gso, .rsc = &rsc,
      .set_rx_checksum = set_offload};
  vnic_nic *nic = NULL;
  CHECK(vnic_nic_restore(&nic, state, size, &code, NULL) == 0);
  return nic;
}

/* Saves both NICs and the wire, releases them, and makes them of their states. */
static void save_and_restore(run *run) {
  static uint8_t left[1 << 18], right[1 << 18], wire[1 << 18];
  size_t left_size = 0, right_size = 0, wire_size = 0;
  CHECK(vnic_nic_save(run->left, left, sizeof left, &left_size, NULL) == 0);
  CHECK(vnic_nic_save(run->right, right, sizeof right, &right_size, NULL) == 0);
  CHECK(vnic_wire_save(run->wire, wire, sizeof wire, &wire_size, NULL) == 0);
  end_run(run);
  run->right = restored(run, right, right_size);
  vnic_wire_end end = {.size = sizeof end, .receiver = run->right};
  CHECK(vnic_wire_restore(&run->wire, wire, wire_size, &end, NULL) == 0);
  run->left = restored(run, left, left_size);
  CHECK(vnic_nic_connect(run->left, run->wire, NULL) == 0);
}

int main(int count, char **arguments) {
  uint64_t runs = count > 1 ? strtoull(arguments[1], NULL, 10) : 1000;
  uint64_t frames = 0, coalesced = 0, refused = 0, held = 0;
  for (size_t at = 0; at < SEGMENTS; at++) {
    size_t size = make_frame(segments[at], at * SEGMENT, SEGMENT);
    CHECK(vnic_complete_checksums(segments[at], size, 3, 0, 0, NULL, NULL) == 0);
  }
  for (uint64_t seed = 0; seed < runs; seed++) {
    run plain, saved;
    make_run(&plain, seed);
    make_run(&saved, seed);
    for (int at = 0; at < STEPS; at++) {
      step(&plain);
      step(&saved);
      if (plain.seen != saved.seen) {
        fprintf(stderr, "seed %d, step %d: the saved run differs\n", (int)seed, at);
        return 1;
      }
      held += (uint64_t)vnic_nic_next_event(saved.right, NULL);
      save_and_restore(&saved);
    }
    frames += saved.frames;
    coalesced += saved.coalesced;
    refused += saved.refused;
    end_run(&plain);
    end_run(&saved);
  }
  printf("%d runs of %d steps, saved and restored at each, %d times with frames held: %d frames "
         "received, %d of them coalesced; %d calls refused\n",
         (int)runs, STEPS, (int)held, (int)frames, (int)coalesced, (int)refused);
  CHECK(held > 4 * runs && frames > 8 * runs && coalesced > runs && refused > 0);
  return 0;
}
