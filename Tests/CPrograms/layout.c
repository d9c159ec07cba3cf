/* The sizes of all structs without `size`, and the offsets that bindings rely on: part of the ABI. */
#include <vnic.h>

#define SIZE(type, octets) _Static_assert(sizeof(type) == octets, #type)

SIZE(vnic_error, 32);
SIZE(vnic_plan, 256);
SIZE(vnic_decision, 32);
SIZE(vnic_buffer, 2 * sizeof(void *));
_Static_assert(offsetof(vnic_buffer, size) == sizeof(void *), "as struct iovec");

/* The first version of the structs with `size`: they only grow. */
SIZE(vnic_segmentation, 40);
SIZE(vnic_plan_info, 48);
SIZE(vnic_segment, 56);
SIZE(vnic_findings, 20);
SIZE(vnic_transmit_request, 20);
SIZE(vnic_report, 88);
SIZE(vnic_received, 24);
SIZE(vnic_offload_request, 56);
SIZE(vnic_counters, 184);
SIZE(vnic_wire_counters, 64);
SIZE(vnic_coalescing, 32);
SIZE(vnic_receive_coalescing, 24);
