/*
 * vnic.h - a software segmentation engine and an emulated NIC, for C and whatever calls C.
 *
 *   #include <vnic.h>
 *   cc main.c $(pkg-config --cflags --libs --static vnic)
 *
 * Lengths, sizes and offsets are octets. Times are nanoseconds of the caller's clock: no function
 * reads one. No function opens a socket or a file, starts a thread, or ends the process.
 *
 * RESULTS. Functions that can fail return 0, or an error code. Their last argument takes the code
 * with its numbers; it may be NULL. vnic_error_text() makes a sentence of them. A call that fails
 * changes nothing, and writes nothing but the error. NULL, where an object or memory is needed, and
 * memory that is too small give a code. Pointers that are neither NULL nor valid are errors of the
 * program, as everywhere in C.
 *
 * STRUCTS that may grow start with `size`, which the caller sets to sizeof. Zeros in the other
 * members are the defaults. Members that a library does not know must be 0; those that a caller does
 * not know are not written.
 *
 * MEMORY. Nothing is allocated for a frame, failures included, but where a function says so.
 * Octets that a callback gets are lent until it returns.
 *
 * THREADS. A plan may be read by many threads. A coalescer, a NIC and a wire, with what is connected
 * to them, belong to one thread at a time. Different ones have nothing in common.
 *
 * STABLE are, as long as vnic_abi() returns VNIC_ABI: the functions, their arguments, the order of
 * members, the numbers of enumerators, and the size of the structs without `size`. New functions,
 * enumerators and members at the ends of structs with `size` may be added. Sentences may change. The
 * content of opaque structs may change with each version: do not store or send them.
 */
#ifndef VNIC_H
#define VNIC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ version and errors */

/* The version of this interface, to compare with vnic_abi() of the library. */
enum { VNIC_ABI = 1 };

/* The version of the interface that the library has. */
uint32_t vnic_abi(void);

/* The version of the library, such as "0.1.0". */
const char *vnic_version(void);

/*
 * Why a call failed.
 *
 * The operands are the numbers of the case, in the order that the list of codes has; 0 where it has
 * fewer.
 */
typedef struct vnic_error {
  int32_t code;
  uint32_t reserved;
  int64_t operands[3];
} vnic_error;

/*
 * Codes of this interface itself. The others are those of the Swift modules, the same numbers as
 * `code` of their errors: Fixtures/ErrorCodes.tsv of the package has all of them with their operands.
 *
 *   101 to 105    headers that cannot be read
 *   201 to 236    frames that cannot be segmented
 *   301 to 318    virtio-net headers that contradict themselves or the frame
 *   401 to 429    why frames were not merged (no errors); 450 coalescers that cannot be made
 *   501 to 540    calls that an adapter refuses
 *   601, 602      wires that cannot be made
 *   651 to 659    frames that a NIC does not send
 *   701 to 718    reasons why software does the work of hardware (no errors)
 *   801 to 809    octets that are no state; 851 to 854 what cannot be saved now
 *   861           declarations that are not those that a state was saved with
 *   1000 to 1100  rules of NetAdapterCx that a declaration breaks: 1000 and its failure code
 */
enum {
  VNIC_OK = 0,
  /* An argument is NULL: its position, from 1. */
  VNIC_ERROR_NULL = 1,
  /* `size` of a struct is too small: position of the argument, size, smallest size. */
  VNIC_ERROR_STRUCT_SIZE = 2,
  /* A member that this library does not know is not 0: position of the argument, its offset. */
  VNIC_ERROR_UNKNOWN_MEMBER = 3,
  /* A number is out of range: position of the argument, number, largest. */
  VNIC_ERROR_VALUE = 4,
  /* The memory holds no plan of this version of the library: position of the argument. */
  VNIC_ERROR_NOT_A_PLAN = 5,
  /* There is no such frame in a plan: index, count. */
  VNIC_ERROR_INDEX = 6,
  /* The memory for a result is too small: needed, available. */
  VNIC_ERROR_TOO_SMALL = 7,
  /* The call came from a callback of the same object, where it is not allowed. */
  VNIC_ERROR_REENTERED = 8,
  /* A text is no name or value: position of the argument. */
  VNIC_ERROR_NAME = 9,
  /* The plan is of another kind, and cannot do that: its kind. */
  VNIC_ERROR_PLAN_KIND = 10
};

/*
 * Writes the sentence of a code, without a newline, and with a final 0 if size is not 0.
 *
 * Returns the length of the whole sentence without its final 0, as snprintf() does: if that is not
 * less than size, the end is missing. Codes that the library does not know have a sentence, too.
 * operands may be NULL for zeros. Does not allocate.
 */
size_t vnic_error_text(
    int32_t code, const int64_t operands[3], char *buffer, size_t size);

/* ------------------------------------------------------------------ frames */

/* A part of a frame, or a whole frame. Has the layout of POSIX's struct iovec. */
typedef struct vnic_buffer {
  const void *octets;
  size_t size;
} vnic_buffer;

/*
 * The most buffers that a frame may lie in.
 *
 * More than 64 allocate memory for the time of the call.
 */
enum { VNIC_MAXIMUM_BUFFERS = 65536 };

/* What a frame starts with. */
enum {
  VNIC_LINK_ETHERNET = 0,
  VNIC_LINK_RAW_IP = 1,
  VNIC_LINK_BSD_LOOPBACK = 2,
  VNIC_LINK_LINUX_COOKED = 3,
  VNIC_LINK_LINUX_COOKED_2 = 4,
  VNIC_LINK_PPP = 5
};

/* How header fields change from segment to segment, and what is refused. */
enum {
  VNIC_RULES_LINUX = 0,
  VNIC_RULES_LINUX_ACCURATE_ECN = 1,
  VNIC_RULES_NDIS = 2,
  VNIC_RULES_DPDK = 3,
  VNIC_RULES_VPP = 4,
  VNIC_RULES_WIREGUARD_GO = 5
};

/* How the TCP or UDP checksum of each segment is made. */
enum {
  VNIC_CHECKSUM_COMPLETE = 0,
  VNIC_CHECKSUM_PARTIAL = 1,
  VNIC_CHECKSUM_COPIED = 2
};

/* How the checksum of the outer UDP header of a tunnel is made. */
enum {
  /* Copied if the frame has 0, else computed. */
  VNIC_OUTER_CHECKSUM_AUTOMATIC = 0,
  VNIC_OUTER_CHECKSUM_COMPLETE = 1,
  VNIC_OUTER_CHECKSUM_PARTIAL = 2,
  VNIC_OUTER_CHECKSUM_ZERO = 3
};

/* Bits of vnic_segmentation.flags. */
enum {
  /* UDP datagrams above the MTU may be segmented at the largest payload, which is a guess. */
  VNIC_GUESS_DATAGRAM_SIZE = 1,
  /* Tunnels are payload. */
  VNIC_IGNORE_TUNNELS = 2,
  /* `identification` is that of the first segment; otherwise that of the frame is. */
  VNIC_SET_IDENTIFICATION = 4
};

/* How to segment a frame. */
typedef struct vnic_segmentation {
  uint32_t size;
  /* Payload octets of a segment, at most 1,048,575; 0 if only `mtu` is given. */
  uint32_t segment_size;
  /* Largest IP packet; 0 for no limit. With `segment_size`, TCP takes the smaller payload. */
  uint32_t mtu;
  /* VNIC_LINK_... */
  uint32_t link;
  /* VNIC_RULES_... */
  uint32_t rules;
  /* VNIC_CHECKSUM_... */
  uint32_t checksum;
  /* VNIC_OUTER_CHECKSUM_... */
  uint32_t outer_checksum;
  /* VNIC_GUESS_DATAGRAM_SIZE and so on. */
  uint32_t flags;
  /* IPv4 identification of the first segment, at most 65,535, with VNIC_SET_IDENTIFICATION. */
  uint32_t identification;
  /* IPv6 identification of fragments, which a virtio-net header can ask for. */
  uint32_t fragment_identification;
} vnic_segmentation;

/* ------------------------------------------------------------------ plans */

/*
 * What becomes of one frame: a value in memory of the caller, which needs no release.
 *
 * It has none of the octets of the frame. Copies are as good as the original.
 */
typedef struct vnic_plan {
  uint64_t opaque[32];
} vnic_plan;

/* sizeof(vnic_plan) when the library was built, for bindings to compare. */
size_t vnic_plan_size(void);

/*
 * Plans the segmentation of a frame: `count` buffers, in their order, from the link header.
 *
 * Writes *plan only if it succeeds. O(number of headers).
 */
int32_t vnic_plan_make(
    vnic_plan *plan, const vnic_buffer *frame, size_t count, const vnic_segmentation *request,
    vnic_error *error);

/*
 * Plans what a virtio-net header asks for, as the Linux kernel checks and does it.
 *
 * header_size is 10, 12, 20 or 24 and says which form the header has. Sizes in the request have no
 * effect; it may be NULL for defaults. A frame in several buffers is gathered in allocated memory if
 * the header describes a tunnel or asks for IP fragments.
 */
int32_t vnic_plan_make_virtio(
    vnic_plan *plan, const void *header, size_t header_size, const vnic_buffer *frame, size_t count,
    const vnic_segmentation *request, vnic_error *error);

/* Kinds of plans; only a virtio-net header makes others than segmentation. */
enum {
  VNIC_PLAN_UNMODIFIED = 0,
  VNIC_PLAN_CHECKSUM = 1,
  VNIC_PLAN_SEGMENTATION = 2,
  VNIC_PLAN_FRAGMENTATION = 3
};

/* What a plan says about all its frames. */
typedef struct vnic_plan_info {
  uint32_t size;
  /* VNIC_PLAN_... */
  uint32_t kind;
  /* Number of frames, at least 1. */
  uint64_t count;
  /* Length of all frames together. */
  uint64_t total_length;
  /* Length of every frame but the last. */
  uint64_t full_length;
  /* Length of all headers of a segment; of the link and IP headers of a fragment; else 0. */
  uint64_t header_length;
  /* Payload octets of every segment but the last; else 0. */
  uint64_t segment_size;
} vnic_plan_info;

int32_t vnic_plan_get_info(const vnic_plan *plan, vnic_plan_info *info, vnic_error *error);

/* Number of frames; 0 if there is no plan in the memory. */
uint64_t vnic_plan_count(const vnic_plan *plan);

/* Bits of vnic_segment.flags. */
enum {
  VNIC_SEGMENT_FIRST = 1,
  VNIC_SEGMENT_LAST = 2,
  /* `identification` is valid: IPv4, or a fragment of IPv6. */
  VNIC_SEGMENT_HAS_IDENTIFICATION = 4,
  /* `outer_identification` is valid: a tunnel over IPv4. */
  VNIC_SEGMENT_HAS_OUTER_IDENTIFICATION = 8,
  /* `sequence_number` and `tcp_flags` are valid: TCP. */
  VNIC_SEGMENT_IS_TCP = 16
};

/* One frame of a plan, described before it is written. */
typedef struct vnic_segment {
  uint32_t size;
  uint32_t flags;
  /* Where its payload lies in the planned frame. */
  uint64_t payload_offset;
  uint64_t payload_length;
  /* Length of the complete frame. */
  uint64_t frame_length;
  /* Where it starts if all frames are written back to back. */
  uint64_t output_offset;
  uint32_t sequence_number;
  uint32_t identification;
  uint32_t outer_identification;
  /* FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128, AE 256, and reserved bits. */
  uint32_t tcp_flags;
} vnic_segment;

/* Describes frame `index`, from 0. O(1). */
int32_t vnic_plan_get_segment(
    const vnic_plan *plan, uint64_t index, vnic_segment *segment, vnic_error *error);

/*
 * Writes frames first, first + 1, ... as complete frames, back to back.
 *
 * frame is the planned one. frames is their number, UINT64_MAX for all that follow. *written takes
 * the number of octets; it may be NULL. Output and frame must not overlap. Fragments of a frame in
 * several buffers allocate.
 */
int32_t vnic_plan_render(
    const vnic_plan *plan, const vnic_buffer *frame, size_t count, uint64_t first, uint64_t frames,
    void *output, size_t capacity, size_t *written, vnic_error *error);

/*
 * Writes only the headers of segments, back to back, header_length octets each.
 *
 * With VNIC_CHECKSUM_COMPLETE the payload is read, to sum it. The plan must be one of segmentation.
 */
int32_t vnic_plan_render_headers(
    const vnic_plan *plan, const vnic_buffer *frame, size_t count, uint64_t first, uint64_t frames,
    void *output, size_t capacity, size_t *written, vnic_error *error);

/*
 * Prepares a frame that another receiver is to segment as a plan does, such as a TAP device: writes
 * its virtio-net header, and the frame with the lengths and partial checksums that go with that.
 *
 * The plan must be one of segmentation. header_size is 10, 12, 20 or 24; a tunnel needs 24. The frame
 * is one buffer, and the output needs at most its length. Allocates.
 */
int32_t vnic_plan_hand_off(
    const vnic_plan *plan, const void *frame, size_t size, void *header, size_t header_size,
    void *output, size_t capacity, size_t *written, vnic_error *error);

/* ------------------------------------------------------------------ checksums */

/* Checksums; bits. */
enum {
  /* Of IPv4 headers, whatever they hold. */
  VNIC_FIELD_IPV4_HEADER = 1,
  /* Of TCP or UDP, and of outer headers, whatever they hold. */
  VNIC_FIELD_TRANSPORT = 2,
  /* Those of both that their sender left partial. */
  VNIC_FIELD_PARTIAL = 4
};

/* What the fields of a frame held. */
typedef struct vnic_findings {
  uint32_t size;
  /* VNIC_FIELD_IPV4_HEADER and VNIC_FIELD_TRANSPORT: left partial by the sender. */
  uint32_t partial;
  /* The same: neither valid, nor partial, nor unused. */
  uint32_t wrong;
  /* 1 if a length of 0 was completed. */
  uint32_t completed_length;
  /* 1 if an octet of the frame changed. */
  uint32_t changed;
} vnic_findings;

/*
 * Completes checksums of a frame in place, and lengths that are 0.
 *
 * fields are VNIC_FIELD_..., link is VNIC_LINK_..., rules is VNIC_RULES_.... findings may be NULL.
 */
int32_t vnic_complete_checksums(
    void *frame, size_t size, uint32_t fields, uint32_t link, uint32_t rules,
    vnic_findings *findings, vnic_error *error);

/* ------------------------------------------------------------------ coalescer */

/* Merges received frames of a flow into larger ones, as GRO, RSC and URO do. */
typedef struct vnic_coalescer vnic_coalescer;

/* Which frames are merged. */
enum {
  VNIC_COALESCING_LINUX = 0,
  VNIC_COALESCING_LINUX_ACCURATE_ECN = 1,
  VNIC_COALESCING_NDIS = 2,
  VNIC_COALESCING_NDIS_RSC = 3,
  VNIC_COALESCING_NDIS_URO = 4
};

/* The transport checksum of merged frames. */
enum {
  VNIC_MERGED_CHECKSUM_COMPLETE = 0,
  VNIC_MERGED_CHECKSUM_PARTIAL = 1,
  VNIC_MERGED_CHECKSUM_ZERO = 2
};

/* What is known about the transport checksums of the frames that went into a unit. */
enum {
  VNIC_UNIT_CHECKSUM_VALID = 0,
  VNIC_UNIT_CHECKSUM_PARTIAL = 1,
  VNIC_UNIT_CHECKSUM_INVALID = 2,
  VNIC_UNIT_CHECKSUM_NOT_CHECKED = 3
};

/* Why a unit was delivered. */
enum {
  /* The frame cannot be in any unit, and is delivered unmodified. */
  VNIC_END_NOT_COALESCED = 0,
  /* TCP flags of the last segment. */
  VNIC_END_FLAGS = 1,
  /* The last segment is shorter than the others. */
  VNIC_END_SHORT_SEGMENT = 2,
  VNIC_END_SEGMENT_COUNT = 3,
  /* The next frame of the flow could not be merged. */
  VNIC_END_NEXT_FRAME = 4,
  VNIC_END_FLOW_CAPACITY = 5,
  VNIC_END_WINDOW = 6,
  VNIC_END_BATCH = 7,
  VNIC_END_FLUSH = 8
};

/* A frame that a coalescer delivers. */
typedef struct vnic_unit {
  uint32_t size;
  /* VNIC_END_... */
  uint32_t end;
  const void *octets;
  size_t length;
  /* The numbers of the frames that went in, counted from 0 for each coalescer. */
  const intptr_t *inputs;
  uint64_t segment_count;
  /* Payload octets of the longest segment; 0 in a frame that was not held. */
  uint64_t segment_size;
  uint64_t first_arrival;
  uint64_t last_arrival;
  /* The latest TCP timestamp minus the earliest. */
  uint32_t timestamp_delta;
  /* VNIC_UNIT_CHECKSUM_... */
  uint32_t checksum;
  /* The virtio-net header of the frame, in the form of 24 octets. */
  uint8_t virtio_header[24];
  /* Why this frame was not coalesced, or the next one not merged: a code from 101 to 105 or 401 to
     429; 0 if another thing ended the unit. */
  vnic_error refusal;
} vnic_unit;

/* Takes a unit; the unit and its octets are lent until it returns. */
typedef void (*vnic_deliver)(void *context, const vnic_unit *unit);

/* How to coalesce. */
typedef struct vnic_coalescing {
  uint32_t size;
  /* VNIC_COALESCING_... */
  uint32_t rules;
  /* VNIC_MERGED_CHECKSUM_... */
  uint32_t checksum;
  /* VNIC_LINK_... */
  uint32_t link;
  /* Flows that are held at a time, 64 KiB of memory each; 0 for 64. */
  uint32_t flow_capacity;
  /* 1 if units may be held for `window` at most. */
  uint32_t has_window;
  uint64_t window;
} vnic_coalescing;

/* Makes a coalescer, which vnic_coalescer_destroy() releases. request may be NULL for defaults. */
int32_t vnic_coalescer_create(
    vnic_coalescer **coalescer, const vnic_coalescing *request, vnic_deliver deliver, void *context,
    vnic_error *error);

/* Releases a coalescer without delivering what it holds. NULL is allowed. */
void vnic_coalescer_destroy(vnic_coalescer *coalescer);

/*
 * Takes a frame, which arrives at `time`, and delivers the units that end by it.
 *
 * virtio_header is that of the frame, header_size its size; NULL and 0 for none. Allocates only to
 * grow. The functions of a coalescer cannot be called from its deliver function.
 */
int32_t vnic_coalescer_receive(
    vnic_coalescer *coalescer, const void *frame, size_t size, const void *virtio_header,
    size_t header_size, uint64_t time, vnic_error *error);

/* Advances the time, and delivers the units whose window is over. */
int32_t vnic_coalescer_advance(vnic_coalescer *coalescer, uint64_t time, vnic_error *error);

/* Delivers all units, because a batch of frames ended. */
int32_t vnic_coalescer_end_batch(vnic_coalescer *coalescer, vnic_error *error);

/* Delivers all units. */
int32_t vnic_coalescer_flush(vnic_coalescer *coalescer, vnic_error *error);

/* Number of units that are held; 0 for NULL. */
uint64_t vnic_coalescer_held(const vnic_coalescer *coalescer);

/* Writes when the next unit has to be delivered. Returns 1; 0 if none has to, or for NULL. */
int32_t vnic_coalescer_next_deadline(const vnic_coalescer *coalescer, uint64_t *time);

/*
 * Saves the units that are held, the time and the number of frames; see vnic_nic_save().
 *
 * The request is not part of the state.
 */
int32_t vnic_coalescer_save(
    const vnic_coalescer *coalescer, void *buffer, size_t size, size_t *needed, vnic_error *error);

/*
 * Replaces everything in a coalescer by a saved state. Units that are held are not delivered.
 *
 * The coalescer must have the request of the saved one: units that its rules do not hold are refused.
 */
int32_t vnic_coalescer_restore(
    vnic_coalescer *coalescer, const void *state, size_t size, vnic_error *error);

/* ------------------------------------------------------------------ NIC: life */

/* An emulated NIC: an adapter that declares offloads, an engine that performs them, and a link. */
typedef struct vnic_nic vnic_nic;

/* A wire with faults and delay, from a NIC to another one or to a function. */
typedef struct vnic_wire vnic_wire;

/*
 * Takes the frames that a NIC or a wire sends at `time`: all segments of a super-frame in one call.
 *
 * The buffers and their octets are lent until it returns. It may call any function of this header,
 * also on the NIC that calls it: vnic_nic_transmit() within 64 of these calls drops its frame.
 */
typedef void (*vnic_send)(
    void *context, const vnic_buffer *frames, size_t count, uint64_t time);

/* The evaluation of a received checksum. */
enum {
  VNIC_RECEIVED_NOT_CHECKED = 0,
  VNIC_RECEIVED_VALID = 1,
  VNIC_RECEIVED_INVALID = 2
};

/* What a NIC knows of a frame that it received. */
typedef struct vnic_received {
  uint32_t size;
  /* VNIC_RECEIVED_...: of the IPv4 header. */
  uint32_t layer3;
  /* VNIC_RECEIVED_...: of TCP or UDP. */
  uint32_t layer4;
  /* Segments that it was coalesced from; 0 if it was not. */
  uint32_t coalesced_segments;
  /* Payload octets of coalesced datagrams; 0 for TCP. */
  uint32_t segment_size;
  /* The latest TCP timestamp of these segments minus the earliest. */
  uint32_t timestamp_delta;
} vnic_received;

/* Takes a frame that a NIC received. Octets and metadata are lent until it returns. */
typedef void (*vnic_receive)(
    void *context, const void *frame, size_t size, const vnic_received *metadata, uint64_t time);

/* Bits of vnic_nic_config.flags. */
enum {
  /* Declarations are checked as the framework of Windows 11 21H2 does, not as the page says. */
  VNIC_VALIDATE_AS_FRAMEWORK = 1,
  /* The deviations of that framework are emulated. */
  VNIC_QUIRKS_21H2 = 2
};

/* How to make a NIC. */
typedef struct vnic_nic_config {
  uint32_t size;
  /* The largest IP packet, at least 1. */
  uint32_t mtu;
  /* The permanent address. */
  uint8_t mac_address[6];
  uint8_t reserved[2];
  /* VNIC_RULES_... */
  uint32_t rules;
  /* VNIC_VALIDATE_AS_FRAMEWORK and so on. */
  uint32_t flags;
  /* Where frames go; NULL drops them, until vnic_nic_connect() connects a wire. */
  vnic_send send;
  /* Takes received frames; NULL drops them. */
  vnic_receive receive;
  /* The first argument of both. */
  void *context;
} vnic_nic_config;

/* Makes a NIC, which vnic_nic_destroy() releases. It declares no offloads, and is not started. */
int32_t vnic_nic_create(vnic_nic **nic, const vnic_nic_config *config, vnic_error *error);

/*
 * Releases a NIC, and disconnects it from its wire. NULL is allowed.
 *
 * Allowed within its callbacks, which are not called any more. Wires that lead to it lead nowhere.
 */
void vnic_nic_destroy(vnic_nic *nic);

/* Starts the adapter, which calls each set callback once. */
int32_t vnic_nic_start(vnic_nic *nic, vnic_error *error);

/* Stops the adapter; frames are dropped and counted from then on. */
int32_t vnic_nic_stop(vnic_nic *nic, vnic_error *error);

/* Pauses and resumes all offloads. */
int32_t vnic_nic_pause(vnic_nic *nic, vnic_error *error);
int32_t vnic_nic_resume(vnic_nic *nic, vnic_error *error);

/* Changes the MTU; allowed at any time. */
int32_t vnic_nic_set_mtu(vnic_nic *nic, uint32_t mtu, vnic_error *error);

/* Connects the link, or disconnects it: then frames are dropped and counted. connected is 0 or 1. */
int32_t vnic_nic_set_connected(vnic_nic *nic, int32_t connected, vnic_error *error);

/* States of an adapter. */
enum {
  VNIC_STATE_INITIALIZED = 0,
  VNIC_STATE_STARTED = 1,
  VNIC_STATE_PAUSED = 2,
  VNIC_STATE_STOPPED = 3
};

/* The state of the adapter; -1 for NULL. */
int32_t vnic_nic_state(const vnic_nic *nic);

/*
 * Writes the whole sentence of the last call of start, stop, pause, resume, request or a declaration
 * that this NIC refused, with names and remedies; as vnic_error_text(). Empty if there was none.
 */
size_t vnic_nic_refusal_text(const vnic_nic *nic, char *buffer, size_t size);

/* ------------------------------------------------------------------ NIC: offloads */

/* Kinds of IP headers; bits, Microsoft's numbers. */
enum {
  VNIC_LAYER3_IPV4_NO_OPTIONS = 1,
  VNIC_LAYER3_IPV4_WITH_OPTIONS = 2,
  VNIC_LAYER3_IPV6_NO_EXTENSIONS = 4,
  VNIC_LAYER3_IPV6_WITH_EXTENSIONS = 8
};

/* Kinds of transport headers; bits, Microsoft's numbers. */
enum {
  VNIC_LAYER4_TCP_NO_OPTIONS = 1,
  VNIC_LAYER4_TCP_WITH_OPTIONS = 2,
  VNIC_LAYER4_UDP = 4
};

/* Active offloads; bits. */
enum {
  VNIC_ACTIVE_LSO_IPV4 = 1,
  VNIC_ACTIVE_LSO_IPV6 = 2,
  VNIC_ACTIVE_USO_IPV4 = 4,
  VNIC_ACTIVE_USO_IPV6 = 8,
  VNIC_ACTIVE_TX_CHECKSUM_IPV4 = 16,
  VNIC_ACTIVE_TX_CHECKSUM_TCP = 32,
  VNIC_ACTIVE_TX_CHECKSUM_UDP = 64,
  VNIC_ACTIVE_RX_CHECKSUM_IPV4 = 128,
  VNIC_ACTIVE_RX_CHECKSUM_TCP = 256,
  VNIC_ACTIVE_RX_CHECKSUM_UDP = 512,
  VNIC_ACTIVE_RSC_TCP_IPV4 = 1024,
  VNIC_ACTIVE_RSC_TCP_IPV6 = 2048,
  VNIC_ACTIVE_RSC_TCP_TIMESTAMP = 4096,
  VNIC_ACTIVE_RSC_UDP = 8192
};

/*
 * A set callback: told which offloads are active, at every start, accepted request, pause and resume.
 *
 * active has the bits VNIC_ACTIVE_... of all offloads, not only of those that it was declared with.
 * It may call the functions of its NIC.
 */
typedef void (*vnic_set_offload)(void *context, vnic_nic *nic, uint32_t active);

/* What the hardware can segment: NET_ADAPTER_OFFLOAD_GSO_CAPABILITIES. */
typedef struct vnic_gso_capabilities {
  uint32_t size;
  /* VNIC_LAYER3_... and VNIC_LAYER4_... */
  uint32_t layer3;
  uint32_t layer4;
  /* The largest offset of the transport header; 0 for no limit. At most 65,535. */
  uint32_t layer4_header_offset_limit;
  /* The largest payload of one frame. */
  uint64_t maximum_offload_size;
  uint64_t minimum_segment_count;
  /* The set-GSO callback, which the page requires, and its first argument. */
  vnic_set_offload set_gso;
  void *context;
} vnic_gso_capabilities;

/* Declares what the hardware can segment; before start. */
int32_t vnic_nic_set_gso(
    vnic_nic *nic, const vnic_gso_capabilities *capabilities, vnic_error *error);

/* Which checksums the hardware can compute: NET_ADAPTER_OFFLOAD_TX_CHECKSUM_CAPABILITIES. */
typedef struct vnic_tx_checksum_capabilities {
  uint32_t size;
  uint32_t layer3;
  uint32_t layer4;
  /* The largest offsets of both headers; 0 for no limit. At most 65,535. */
  uint32_t layer3_header_offset_limit;
  uint32_t layer4_header_offset_limit;
  uint32_t reserved;
  vnic_set_offload set_tx_checksum;
  void *context;
} vnic_tx_checksum_capabilities;

int32_t vnic_nic_set_tx_checksum(
    vnic_nic *nic, const vnic_tx_checksum_capabilities *capabilities, vnic_error *error);

/* Declares that the hardware checks received checksums; before start. */
int32_t vnic_nic_set_rx_checksum(
    vnic_nic *nic, vnic_set_offload set_rx_checksum, void *context, vnic_error *error);

/* What the hardware can coalesce: NET_ADAPTER_OFFLOAD_RSC_CAPABILITIES. */
typedef struct vnic_rsc_capabilities {
  uint32_t size;
  uint32_t layer3;
  uint32_t layer4;
  /* 1 if segments with the TCP timestamp option are coalesced. */
  uint32_t tcp_timestamp_option;
  vnic_set_offload set_rsc;
  void *context;
} vnic_rsc_capabilities;

int32_t vnic_nic_set_rsc(
    vnic_nic *nic, const vnic_rsc_capabilities *capabilities, vnic_error *error);

/*
 * Numbers of the standardised keywords.
 *
 * One is the operand of code 714, such as "*LsoV2IPv4 is 0", and of code 715, such as "a request set
 * LsoV2IPv4": there it is the keyword into which the request writes its member.
 */
enum {
  VNIC_KEYWORD_LSO_V1_IPV4 = 1,
  VNIC_KEYWORD_LSO_V2_IPV4 = 2,
  VNIC_KEYWORD_LSO_V2_IPV6 = 3,
  VNIC_KEYWORD_USO_IPV4 = 4,
  VNIC_KEYWORD_USO_IPV6 = 5,
  VNIC_KEYWORD_IP_CHECKSUM_OFFLOAD_IPV4 = 6,
  VNIC_KEYWORD_TCP_CHECKSUM_OFFLOAD_IPV4 = 7,
  VNIC_KEYWORD_TCP_CHECKSUM_OFFLOAD_IPV6 = 8,
  VNIC_KEYWORD_UDP_CHECKSUM_OFFLOAD_IPV4 = 9,
  VNIC_KEYWORD_UDP_CHECKSUM_OFFLOAD_IPV6 = 10,
  VNIC_KEYWORD_RSC_IPV4 = 11,
  VNIC_KEYWORD_RSC_IPV6 = 12,
  VNIC_KEYWORD_RSC_TIMESTAMP = 13,
  VNIC_KEYWORD_TCPUDP_CHECKSUM_OFFLOAD_IPV4 = 14,
  VNIC_KEYWORD_TCPUDP_CHECKSUM_OFFLOAD_IPV6 = 15,
  VNIC_KEYWORD_TCP_CONNECTION_OFFLOAD_IPV4 = 16,
  VNIC_KEYWORD_TCP_CONNECTION_OFFLOAD_IPV6 = 17,
  VNIC_KEYWORD_IPSEC_OFFLOAD_V1_IPV4 = 18,
  VNIC_KEYWORD_IPSEC_OFFLOAD_V2 = 19,
  VNIC_KEYWORD_IPSEC_OFFLOAD_V2_IPV4 = 20,
  VNIC_KEYWORD_PRIORITY_VLAN_TAG = 21
};

/*
 * Stores a keyword, such as "*LsoV2IPv4", with a text such as "0"; NULL removes it.
 *
 * Keywords are read at every start and request. Names that are not standardised are stored as well.
 */
int32_t vnic_nic_set_keyword(
    vnic_nic *nic, const char *name, const char *value, vnic_error *error);

/*
 * Writes the text of a keyword, as vnic_error_text() does, and its length to *length, which may be
 * NULL. VNIC_ERROR_NAME if it is not stored.
 */
int32_t vnic_nic_get_keyword(
    const vnic_nic *nic, const char *name, char *buffer, size_t size, size_t *length,
    vnic_error *error);

/* Values of a request about segmentation or coalescing; NDIS's numbers. */
enum { VNIC_NO_CHANGE = 0, VNIC_DISABLED = 1, VNIC_ENABLED = 2 };

/* Values of a request about a checksum; NDIS's numbers. */
enum {
  VNIC_CHECKSUM_NO_CHANGE = 0,
  VNIC_CHECKSUM_DISABLED = 1,
  VNIC_CHECKSUM_TX_ENABLED = 2,
  VNIC_CHECKSUM_RX_ENABLED = 3,
  VNIC_CHECKSUM_ENABLED = 4
};

/* A protocol's request to change the active offloads: NDIS_OFFLOAD_PARAMETERS. */
typedef struct vnic_offload_request {
  uint32_t size;
  /* 1 if keywords are not written: NDIS_OFFLOAD_PARAMETERS_SKIP_REGISTRY_UPDATE. */
  uint32_t skips_registry_update;
  /* VNIC_CHECKSUM_NO_CHANGE and so on. */
  uint32_t ipv4_checksum;
  uint32_t tcp_ipv4_checksum;
  uint32_t udp_ipv4_checksum;
  uint32_t tcp_ipv6_checksum;
  uint32_t udp_ipv6_checksum;
  /* VNIC_NO_CHANGE and so on. */
  uint32_t lso_v1;
  uint32_t lso_v2_ipv4;
  uint32_t lso_v2_ipv6;
  uint32_t uso_ipv4;
  uint32_t uso_ipv6;
  uint32_t rsc_ipv4;
  uint32_t rsc_ipv6;
} vnic_offload_request;

/* Applies a request; one that is refused changes nothing. */
int32_t vnic_nic_request(
    vnic_nic *nic, const vnic_offload_request *request, vnic_error *error);

/* The active offloads, VNIC_ACTIVE_...; 0 for NULL. */
uint32_t vnic_nic_active(const vnic_nic *nic);

/* ------------------------------------------------------------------ NIC: frames */

/* Bits of vnic_transmit_request.flags. */
enum {
  /* TCP is segmented to fit the MTU if it exceeds that; segment_size has no effect. */
  VNIC_TO_FIT = 1,
  /* vlan_tag is inserted, by hardware or software. */
  VNIC_INSERT_VLAN_TAG = 2
};

/* What the sender of a frame leaves to the NIC. */
typedef struct vnic_transmit_request {
  uint32_t size;
  /* Payload octets of a segment; 0 for a frame that is not to be segmented. */
  uint32_t segment_size;
  uint32_t flags;
  /* VNIC_FIELD_...: checksums to compute in a frame that is not to be segmented. */
  uint32_t checksums;
  /* Priority, DEI and identifier of an 802.1Q tag, with VNIC_INSERT_VLAN_TAG. */
  uint32_t vlan_tag;
} vnic_transmit_request;

/* Who does something. */
enum {
  VNIC_BY_NONE = 0,
  VNIC_BY_HARDWARE = 1,
  VNIC_BY_SOFTWARE = 2
};

/* A decision. */
typedef struct vnic_decision {
  /* VNIC_BY_... */
  uint32_t by;
  /* Why software: a code from 701 to 718, with its operands, for vnic_error_text(); else 0. */
  int32_t reason;
  int64_t operands[3];
} vnic_decision;

/* What a NIC did with a frame, and why. */
typedef struct vnic_report {
  uint32_t size;
  uint32_t reserved;
  /* Frames that were sent. */
  uint64_t frames;
  /* Payload octets of a segment; 0 if the frame was not segmented. */
  uint64_t segment_size;
  vnic_decision segmentation;
  vnic_decision checksum;
} vnic_report;

/*
 * Sends a frame, which lies in `count` buffers, at `time`.
 *
 * request may be NULL: the frame is sent unmodified. report may be NULL; it is written for a frame that
 * is dropped, too. Returns 0 if the frame was sent, else why it was dropped. Allocates only to grow,
 * and for more than 64 buffers.
 */
int32_t vnic_nic_transmit(
    vnic_nic *nic, const vnic_buffer *frame, size_t count, const vnic_transmit_request *request,
    uint64_t time, vnic_report *report, vnic_error *error);

/*
 * Takes `count` frames from the link, one in each buffer, which arrive at `time`.
 *
 * They are checked, coalesced if that offload is active, and given to the receive function.
 */
int32_t vnic_nic_receive(
    vnic_nic *nic, const vnic_buffer *frames, size_t count, uint64_t time, vnic_error *error);

/* Kinds of destination addresses; bits, Microsoft's numbers. */
enum {
  VNIC_FILTER_DIRECTED = 1,
  VNIC_FILTER_ALL_MULTICAST = 4,
  VNIC_FILTER_BROADCAST = 8,
  VNIC_FILTER_PROMISCUOUS = 32
};

/* Takes only frames to these kinds of addresses; all frames before the first call. */
int32_t vnic_nic_set_filter(vnic_nic *nic, uint32_t flags, vnic_error *error);

/* How received frames are coalesced while that offload is active. */
typedef struct vnic_receive_coalescing {
  uint32_t size;
  /* VNIC_MERGED_CHECKSUM_... */
  uint32_t checksum;
  /* Flows that are held at a time, 64 KiB of memory each; 0 for 16. */
  uint32_t flow_capacity;
  /* 1 if frames may be held for `window`; 0 to deliver at the end of each call. */
  uint32_t has_window;
  uint64_t window;
} vnic_receive_coalescing;

int32_t vnic_nic_set_receive_coalescing(
    vnic_nic *nic, const vnic_receive_coalescing *coalescing, vnic_error *error);

/* Advances the time of what is received, and of the wire that is connected. */
int32_t vnic_nic_advance(vnic_nic *nic, uint64_t time, vnic_error *error);

/*
 * Writes when vnic_nic_advance() has something to do: a held frame, or one on the wire that is
 * connected. Returns 1; 0 if it has nothing, or for NULL.
 */
int32_t vnic_nic_next_event(const vnic_nic *nic, uint64_t *time);

/* Numbers that only grow. */
typedef struct vnic_counters {
  uint32_t size;
  uint32_t reserved;
  /* Frames to send: sent whole, segmented by hardware, by software, or dropped. */
  uint64_t source_frames;
  uint64_t sent_whole;
  uint64_t hardware_frames;
  uint64_t software_frames;
  uint64_t dropped;
  /* What was sent to the link. */
  uint64_t wire_frames;
  uint64_t wire_octets;
  /* Frames on the link whose checksums hardware computed, and software. */
  uint64_t hardware_checksums;
  uint64_t software_checksums;
  /* Frames of each protocol that were segmented, and that were to be and were dropped. */
  uint64_t tcp_success;
  uint64_t tcp_failure;
  uint64_t udp_success;
  uint64_t udp_failure;
  /* Frames from the link: taken, and dropped for each reason. */
  uint64_t received_frames;
  uint64_t received_while_stopped;
  uint64_t received_while_disconnected;
  uint64_t received_too_short;
  uint64_t received_too_long;
  uint64_t received_filtered;
  uint64_t received_too_deeply;
  /* Coalesced frames, and the received ones in them. */
  uint64_t coalesced_frames;
  uint64_t coalesced_segments;
} vnic_counters;

int32_t vnic_nic_get_counters(
    const vnic_nic *nic, vnic_counters *counters, vnic_error *error);

/* ------------------------------------------------------------------ wires */

/* The faults of a wire; zeros are a perfect one. Rates are probabilities from 0 to 1. */
typedef struct vnic_wire_config {
  uint32_t size;
  uint32_t reserved;
  /* All faults are drawn from it: the same seed and calls give the same run. */
  uint64_t seed;
  double loss_rate;
  double duplication_rate;
  /* Of one flipped bit. */
  double corruption_rate;
  /* Of frames that are delayed by reordering_delay as well. */
  double reordering_rate;
  uint64_t reordering_delay;
  uint64_t delay;
  /* Bits per second; 0 for no limit. */
  uint64_t bandwidth;
  /* Where frames arrive: at a NIC, or at a function with its first argument. Not both. */
  vnic_nic *receiver;
  vnic_send send;
  void *context;
} vnic_wire_config;

/* Makes a wire, which vnic_wire_destroy() releases. */
int32_t vnic_wire_create(vnic_wire **wire, const vnic_wire_config *config, vnic_error *error);

/* Releases a wire. A NIC that is connected to it goes on to use it. NULL is allowed. */
void vnic_wire_destroy(vnic_wire *wire);

/* Connects a NIC to a wire, in place of its send function; NULL for the send function. */
int32_t vnic_nic_connect(vnic_nic *nic, vnic_wire *wire, vnic_error *error);

/* Sends frames over a wire, one in each buffer, at `time`. */
int32_t vnic_wire_send(
    vnic_wire *wire, const vnic_buffer *frames, size_t count, uint64_t time, vnic_error *error);

/* Advances the clock of a wire: delivers what arrives until `time`. */
int32_t vnic_wire_advance(vnic_wire *wire, uint64_t time, vnic_error *error);

/* Writes when the next frame arrives. Returns 1; 0 if none is under way, or for NULL. */
int32_t vnic_wire_next_arrival(const vnic_wire *wire, uint64_t *time);

/* Numbers of frames that the faults have affected. */
typedef struct vnic_wire_counters {
  uint32_t size;
  uint32_t reserved;
  uint64_t sent;
  uint64_t lost;
  uint64_t duplicated;
  uint64_t corrupted;
  uint64_t held_back;
  uint64_t delivered;
  uint64_t answers_dropped;
} vnic_wire_counters;

int32_t vnic_wire_get_counters(
    const vnic_wire *wire, vnic_wire_counters *counters, vnic_error *error);

/* ------------------------------------------------------------------ stop and go on */

/*
 * Saves a NIC: everything but functions and wires, with the received frames that it coalesces.
 *
 * The state goes into a buffer of `size` octets, and its length to *needed, which may be NULL. If the
 * buffer is too small, *needed is written as well, and the result is VNIC_ERROR_TOO_SMALL: call with
 * NULL and 0 to get the length. Code 852 within a callback of the NIC. Allocates.
 *
 * A state has a kind, a version and a checksum. It may be stored, and sent to other machines. Later
 * versions of the library read it, earlier ones may not.
 */
int32_t vnic_nic_save(
    const vnic_nic *nic, void *buffer, size_t size, size_t *needed, vnic_error *error);

/* What a NIC is given anew when it is restored: functions, and the declarations that have some. */
typedef struct vnic_nic_code {
  uint32_t size;
  uint32_t reserved;
  /* As in vnic_nic_config. */
  vnic_send send;
  vnic_receive receive;
  void *context;
  /* What was declared before, with the same numbers; NULL for what was not. */
  const vnic_gso_capabilities *gso;
  const vnic_tx_checksum_capabilities *tx_checksum;
  const vnic_rsc_capabilities *rsc;
  /* NULL if the hardware does not check received checksums. */
  vnic_set_offload set_rx_checksum;
  void *rx_checksum_context;
  /* The most octets that flows to be coalesced may take; 0 for 268,435,456. */
  uint64_t memory_limit;
} vnic_nic_code;

/*
 * Makes a NIC of a saved state, which goes on as the saved one would have.
 *
 * Octets that are no such state, or a damaged one, give codes from 801; declarations that differ from
 * the saved ones give 861. A NIC that was started calls each set callback once, before *nic is
 * written; one that destroys the NIC makes the result VNIC_ERROR_REENTERED. A wire is connected anew
 * by vnic_nic_connect().
 */
int32_t vnic_nic_restore(
    vnic_nic **nic, const void *state, size_t size, const vnic_nic_code *code, vnic_error *error);

/*
 * Saves a wire: its faults, the frames under way, the generator of random numbers, the time and the
 * counters; see vnic_nic_save(). Code 852 while it delivers.
 */
int32_t vnic_wire_save(
    const vnic_wire *wire, void *buffer, size_t size, size_t *needed, vnic_error *error);

/* Where a restored wire ends. */
typedef struct vnic_wire_end {
  uint32_t size;
  uint32_t reserved;
  /* As in vnic_wire_config. */
  vnic_nic *receiver;
  vnic_send send;
  void *context;
} vnic_wire_end;

/* Makes a wire of a saved state, which delivers what the saved one would have delivered. */
int32_t vnic_wire_restore(
    vnic_wire **wire, const void *state, size_t size, const vnic_wire_end *end, vnic_error *error);

#ifdef __cplusplus
}
#endif

#endif
