/*
 * A simulator in C with an event loop of its own: a sender and a receiver, each with a NIC, and two
 * wires that lose, delay and reorder. The sender segments a super-frame by itself first, then lets its
 * NIC do it, and sends again what is not acknowledged. Prints each decision; ends with 0 if the stream
 * arrived, and at the same time in a second run that is saved and restored on the way.
 */
#include "frames.h"
#include <vnic.h>

enum { TOTAL = 400000, SUPER = 40000, SEGMENT = 1448, ROUND_TRIP = 2000000 };

static void stop_on(int32_t code, const vnic_error *error, const char *call) {
  char text[256];
  if (code == 0) return;
  vnic_error_text(error->code, error->operands, text, sizeof text);
  fprintf(stderr, "%s: error %d: %s\n", call, code, text);
  exit(1);
}
#define MUST(call)                    \
  do {                                \
    vnic_error error = {0};           \
    int32_t code = (call);            \
    stop_on(code, &error, #call);     \
  } while (0)

/* ------------------------------------------------------------------ the engine by itself */

static size_t total_of(const vnic_plan *plan) {
  vnic_plan_info info = {0};
  info.size = sizeof info;
  MUST(vnic_plan_get_info(plan, &info, &error));
  return (size_t)info.total_length;
}

/* Segments a frame in two buffers, looks at each segment, and compares headers with frames. */
static void segment_by_hand(void) {
  static uint8_t frame[HEADERS + SUPER], output[2 * sizeof frame], headers[64 * HEADERS];
  size_t size = make_frame(frame, 0, SUPER), written = 0;
  vnic_buffer buffers[2] = {{frame, 40}, {frame + 40, size - 40}};
  vnic_segmentation request = {0};
  vnic_plan plan;
  vnic_segment segment = {0};
  request.size = sizeof request;
  request.segment_size = SEGMENT;
  segment.size = sizeof segment;

  MUST(vnic_plan_make(&plan, buffers, 2, &request, &error));
  MUST(vnic_plan_render(
      &plan, buffers, 2, 0, UINT64_MAX, output, sizeof output, &written, &error));
  CHECK(written == total_of(&plan));
  MUST(vnic_plan_render_headers(
      &plan, buffers, 2, 0, UINT64_MAX, headers, sizeof headers, &written, &error));
  for (uint64_t index = 0; index < vnic_plan_count(&plan); index++) {
    MUST(vnic_plan_get_segment(&plan, index, &segment, &error));
    const uint8_t *at = output + segment.output_offset;
    CHECK(memcmp(at, headers + index * HEADERS, HEADERS) == 0);
    CHECK(memcmp(at + HEADERS, frame + segment.payload_offset, segment.payload_length) == 0);
    CHECK(checksums_hold(at, segment.frame_length));
    CHECK(get32(at + TCP + 4) == segment.sequence_number);
  }
  printf("engine: %d octets of payload, %d segments, the last of %d octets\n", SUPER,
         (int)vnic_plan_count(&plan), (int)segment.frame_length);

  /* Refusals are values. */
  vnic_error error;
  char text[128];
  buffers[0].size = 30;
  CHECK(vnic_plan_make(&plan, buffers, 1, &request, &error) == 101);
  vnic_error_text(error.code, error.operands, text, sizeof text);
  printf("engine: %s\n", text);
  CHECK(vnic_plan_make(&plan, buffers, 1, NULL, &error) == VNIC_ERROR_NULL);
}

/* ------------------------------------------------------------------ two computers */

typedef struct receiver {
  vnic_nic *nic;
  uint8_t *stream;
  uint64_t next;
  uint64_t coalesced;
} receiver;

/* Takes a frame: octets of the stream that come next are kept, others are sent again later. */
static void take(
    void *context, const void *frame, size_t size, const vnic_received *metadata, uint64_t time) {
  receiver *me = context;
  const uint8_t *octets = frame;
  uint64_t start = get32(octets + TCP + 4);
  (void)time;
  CHECK(metadata->layer4 == VNIC_RECEIVED_VALID);
  CHECK(checksums_hold(octets, size));
  if (metadata->coalesced_segments > 1) me->coalesced++;
  size_t payload = size - HEADERS;
  if (start > me->next || start + payload <= me->next) return;
  memcpy(me->stream + start, octets + HEADERS, payload);
  me->next = start + payload;
}

static void set_offload(void *context, vnic_nic *nic, uint32_t active) {
  (void)nic;
  printf("%s: active offloads 0x%x\n", (const char *)context, (unsigned)active);
}

/* What the hardware of a NIC can do; a NIC that is restored gets the same. */
static const vnic_gso_capabilities gso = {
    .size = sizeof gso,
    .layer3 = VNIC_LAYER3_IPV4_NO_OPTIONS | VNIC_LAYER3_IPV6_NO_EXTENSIONS,
    .layer4 = VNIC_LAYER4_TCP_NO_OPTIONS | VNIC_LAYER4_TCP_WITH_OPTIONS | VNIC_LAYER4_UDP,
    .maximum_offload_size = 65536,
    .minimum_segment_count = 2,
    .set_gso = set_offload,
    .context = "set-GSO"};
static const vnic_rsc_capabilities rsc = {
    .size = sizeof rsc,
    .layer3 = VNIC_LAYER3_IPV4_NO_OPTIONS,
    .layer4 = VNIC_LAYER4_TCP_NO_OPTIONS,
    .set_rsc = set_offload,
    .context = "set-RSC"};

static vnic_nic *make_nic(vnic_receive receive, void *context, uint8_t last) {
  vnic_nic_config config = {0};
  vnic_nic *nic = NULL;
  config.size = sizeof config;
  config.mtu = 1500;
  config.mac_address[0] = 2;
  config.mac_address[5] = last;
  config.receive = receive;
  config.context = context;
  MUST(vnic_nic_create(&nic, &config, &error));
  MUST(vnic_nic_set_gso(nic, &gso, &error));
  MUST(vnic_nic_set_rsc(nic, &rsc, &error));
  MUST(vnic_nic_set_rx_checksum(nic, set_offload, "set-Rx-checksum", &error));
  MUST(vnic_nic_start(nic, &error));
  return nic;
}

/* Stops and goes on: saves a NIC and the wire to it, releases both, and makes them of the states. */
static void stop_and_go_on(vnic_nic **nic, vnic_wire **wire, vnic_receive receive, void *context) {
  size_t nic_size = 0, wire_size = 0;
  CHECK(vnic_nic_save(*nic, NULL, 0, &nic_size, NULL) == VNIC_ERROR_TOO_SMALL);
  CHECK(vnic_wire_save(*wire, NULL, 0, &wire_size, NULL) == VNIC_ERROR_TOO_SMALL);
  uint8_t *nic_state = malloc(nic_size), *wire_state = malloc(wire_size);
  CHECK(nic_state != NULL && wire_state != NULL);
  MUST(vnic_nic_save(*nic, nic_state, nic_size, NULL, &error));
  MUST(vnic_wire_save(*wire, wire_state, wire_size, NULL, &error));
  vnic_wire_destroy(*wire);
  vnic_nic_destroy(*nic);

  vnic_nic_code anew = {0};
  anew.size = sizeof anew;
  anew.receive = receive;
  anew.context = context;
  anew.gso = &gso;
  anew.rsc = &rsc;
  anew.set_rx_checksum = set_offload;
  anew.rx_checksum_context = "set-Rx-checksum";
  MUST(vnic_nic_restore(nic, nic_state, nic_size, &anew, &error));
  vnic_wire_end end = {0};
  end.size = sizeof end;
  end.receiver = *nic;
  MUST(vnic_wire_restore(wire, wire_state, wire_size, &end, &error));
  printf("saved and restored: %d octets of a NIC, %d of a wire\n", (int)nic_size, (int)wire_size);
  free(nic_state);
  free(wire_state);
}

static void print_decision(uint64_t time, const vnic_report *report) {
  char reason[128] = "";
  if (report->segmentation.reason)
    vnic_error_text(
        report->segmentation.reason, report->segmentation.operands, reason, sizeof reason);
  printf("%8.3f ms: %d frames, segments of %d, %s %s\n", (double)time / 1e6, (int)report->frames,
         (int)report->segment_size,
         report->segmentation.by == VNIC_BY_HARDWARE ? "by hardware" : "by software because", reason);
}

/* Sends from the first octet that the receiver misses; the window is one super-frame. */
static void send_next(vnic_nic *nic, const receiver *peer, uint64_t time) {
  static uint8_t frame[HEADERS + SUPER];
  uint64_t left = TOTAL - peer->next;
  size_t size = make_frame(frame, peer->next, left < SUPER ? (size_t)left : SUPER);
  size_t half = size / 2;
  vnic_buffer buffers[3] = {{frame, 14}, {frame + 14, half - 14}, {frame + half, size - half}};
  vnic_transmit_request request = {0};
  vnic_report report = {0};
  request.size = sizeof request;
  request.segment_size = SEGMENT;
  report.size = sizeof report;
  MUST(vnic_nic_transmit(nic, buffers, 3, &request, time, &report, &error));
  print_decision(time, &report);
}

/* Returns when the stream had arrived; may be saved and restored on the way. */
static uint64_t simulate(uint64_t seed, int is_saved) {
  receiver peer = {0};
  vnic_wire_config config = {0};
  vnic_wire *wire = NULL;
  vnic_wire_counters lost = {0};
  vnic_counters counters = {0};
  peer.stream = calloc(1, TOTAL);
  CHECK(peer.stream != NULL);
  vnic_nic *sender = make_nic(NULL, NULL, 1);
  peer.nic = make_nic(take, &peer, 2);
  config.size = sizeof config;
  config.seed = seed;
  config.loss_rate = 0.005;
  config.reordering_rate = 0.005;
  config.reordering_delay = 30000;
  config.delay = 100000;
  config.bandwidth = 1000000000;
  config.receiver = peer.nic;
  MUST(vnic_wire_create(&wire, &config, &error));
  MUST(vnic_nic_connect(sender, wire, &error));

  /* The event loop: frames on the wire, and a timer that sends what the receiver misses. */
  uint64_t now = 0, timer = 0, arrival = 0;
  for (int rounds = 0; peer.next < TOTAL; rounds++) {
    CHECK(rounds < 100000);
    if (vnic_nic_next_event(sender, &arrival) && arrival <= timer) {
      now = arrival;
      MUST(vnic_nic_advance(sender, now, &error));
    } else {
      now = timer;
      timer += ROUND_TRIP;
      if (now == 2 * ROUND_TRIP)
        MUST(vnic_nic_pause(sender, &error));
      send_next(sender, &peer, now);
      if (is_saved) {
        stop_and_go_on(&peer.nic, &wire, take, &peer);
        MUST(vnic_nic_connect(sender, wire, &error));
      }
    }
  }
  for (uint64_t at = 0; at < TOTAL; at++) CHECK(peer.stream[at] == stream_octet(at));
  lost.size = sizeof lost;
  MUST(vnic_wire_get_counters(wire, &lost, &error));
  counters.size = sizeof counters;
  MUST(vnic_nic_get_counters(sender, &counters, &error));
  CHECK(counters.hardware_frames + counters.software_frames == counters.source_frames);
  CHECK(counters.software_frames > 0 && counters.wire_frames == lost.sent);
  printf("%d octets arrived after %.3f ms: %d frames, %d lost\n", TOTAL, (double)now / 1e6,
         (int)lost.sent, (int)lost.lost);
  vnic_nic_destroy(sender);
  vnic_wire_destroy(wire);
  vnic_nic_destroy(peer.nic);
  free(peer.stream);
  return now;
}

int main(int count, char **arguments) {
  printf("vnic %s, interface %u\n", vnic_version(), (unsigned)vnic_abi());
  CHECK(vnic_abi() == VNIC_ABI && vnic_plan_size() == sizeof(vnic_plan));
  segment_by_hand();
  uint64_t seed = count > 1 ? strtoull(arguments[1], NULL, 10) : 7;
  CHECK(simulate(seed, 0) == simulate(seed, 1));
  return 0;
}
