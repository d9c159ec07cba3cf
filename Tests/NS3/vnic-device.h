// A net device of ns-3 around an emulated NIC: the stack hands over IP packets of up to 65,535 octets,
// the NIC puts frames of its MTU on a wire with faults, and ns-3's clock is the clock of both.
//
// Everything that a device has is in it and its wires, so one simulation can have thousands, and ns-3's
// distributed simulator can have them in several processes.
#ifndef VNIC_DEVICE_H
#define VNIC_DEVICE_H

#include "ns3/address.h"
#include "ns3/channel.h"
#include "ns3/ethernet-header.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <vnic.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

namespace ns3 {

// Ends the program with the sentence of an error: a mistake of this file, not of the network.
template <typename Call> void MustSucceed(const char *what, Call call) {
  vnic_error error{};
  if (call(&error) == VNIC_OK) return;
  char text[256];
  vnic_error_text(error.code, error.operands, text, sizeof text);
  std::fprintf(stderr, "%s: %s\n", what, text);
  std::exit(1);
}

class VnicDevice;

// The two wires between two devices.
class VnicChannel : public Channel {
public:
  static TypeId GetTypeId() {
    static TypeId id = TypeId("VnicChannel").SetParent<Channel>().AddConstructor<VnicChannel>();
    return id;
  }
  std::size_t GetNDevices() const override { return m_devices.size(); }
  inline Ptr<NetDevice> GetDevice(std::size_t index) const override;

  // Called with each frame that arrives.
  std::function<void(const vnic_buffer &frame, uint64_t time)> tap;
  std::vector<Ptr<VnicDevice>> m_devices;
};

class VnicDevice : public NetDevice {
public:
  static TypeId GetTypeId() {
    static TypeId id = TypeId("VnicDevice").SetParent<NetDevice>().AddConstructor<VnicDevice>();
    return id;
  }

  // The MTU of the NIC; that of the stack is 65,535.
  void Install(Ptr<Node> node, uint32_t mtu) {
    m_node = node;
    node->AddDevice(this);
    vnic_nic_config config{};
    config.size = sizeof config;
    config.mtu = mtu;
    m_address.CopyTo(config.mac_address);
    config.context = this;
    config.receive = &VnicDevice::Deliver;
    MustSucceed("NIC", [&](vnic_error *e) { return vnic_nic_create(&m_nic, &config, e); });
    vnic_gso_capabilities gso{};
    gso.size = sizeof gso;
    gso.layer3 = VNIC_LAYER3_IPV4_NO_OPTIONS | VNIC_LAYER3_IPV6_NO_EXTENSIONS;
    gso.layer4 = VNIC_LAYER4_TCP_NO_OPTIONS | VNIC_LAYER4_TCP_WITH_OPTIONS;
    gso.maximum_offload_size = 65536;
    gso.minimum_segment_count = 2;
    gso.set_gso = [](void *, vnic_nic *, uint32_t) {};
    MustSucceed("GSO", [&](vnic_error *e) { return vnic_nic_set_gso(m_nic, &gso, e); });
    MustSucceed("start", [&](vnic_error *e) { return vnic_nic_start(m_nic, e); });
  }

  // Connects this device to another by a wire with the faults of `config`.
  void Connect(Ptr<VnicChannel> channel, Ptr<VnicDevice> peer, vnic_wire_config config) {
    m_channel = channel;
    m_peer = PeekPointer(peer);
    channel->m_devices.push_back(this);
    config.size = sizeof config;
    config.context = this;
    config.send = &VnicDevice::Arrive;
    MustSucceed("wire", [&](vnic_error *e) { return vnic_wire_create(&m_wire, &config, e); });
    MustSucceed("wire", [&](vnic_error *e) { return vnic_nic_connect(m_nic, m_wire, e); });
  }

  vnic_counters Counters() const {
    vnic_counters counters{};
    counters.size = sizeof counters;
    MustSucceed("counters", [&](vnic_error *e) { return vnic_nic_get_counters(m_nic, &counters, e); });
    return counters;
  }

  vnic_wire_counters WireCounters() const {
    vnic_wire_counters counters{};
    counters.size = sizeof counters;
    MustSucceed("counters", [&](vnic_error *e) { return vnic_wire_get_counters(m_wire, &counters, e); });
    return counters;
  }

  // Frames that the NIC did not send, by the reason of the last.
  uint64_t refused = 0;
  int32_t lastReason = 0;

  bool Send(Ptr<Packet> packet, const Address &to, uint16_t protocol) override {
    return SendFrom(packet, m_address, to, protocol);
  }
  bool SendFrom(Ptr<Packet> packet, const Address &from, const Address &to, uint16_t protocol) override {
    EthernetHeader header(false);
    header.SetSource(Mac48Address::ConvertFrom(from));
    header.SetDestination(Mac48Address::ConvertFrom(to));
    header.SetLengthType(protocol);
    packet->AddHeader(header);
    m_frame.resize(packet->GetSize());
    packet->CopyData(m_frame.data(), m_frame.size());
    vnic_buffer buffer{m_frame.data(), m_frame.size()};
    vnic_transmit_request request{};
    request.size = sizeof request;
    request.flags = VNIC_TO_FIT;
    uint64_t now = Simulator::Now().GetNanoSeconds();
    int32_t code = vnic_nic_transmit(m_nic, &buffer, 1, &request, now, nullptr, nullptr);
    if (code != VNIC_OK) {
      refused++;
      lastReason = code;
      return false;
    }
    Schedule();
    return true;
  }

  void SetIfIndex(const uint32_t index) override { m_index = index; }
  uint32_t GetIfIndex() const override { return m_index; }
  Ptr<Channel> GetChannel() const override { return m_channel; }
  void SetAddress(Address address) override { m_address = Mac48Address::ConvertFrom(address); }
  Address GetAddress() const override { return m_address; }
  bool SetMtu(const uint16_t) override { return false; }
  uint16_t GetMtu() const override { return 65535; }
  bool IsLinkUp() const override { return m_wire != nullptr; }
  void AddLinkChangeCallback(Callback<void> changed) override { changed(); }
  bool IsBroadcast() const override { return true; }
  Address GetBroadcast() const override { return Mac48Address("ff:ff:ff:ff:ff:ff"); }
  bool IsMulticast() const override { return true; }
  Address GetMulticast(Ipv4Address group) const override { return Mac48Address::GetMulticast(group); }
  Address GetMulticast(Ipv6Address group) const override { return Mac48Address::GetMulticast(group); }
  bool IsBridge() const override { return false; }
  bool IsPointToPoint() const override { return false; }
  Ptr<Node> GetNode() const override { return m_node; }
  void SetNode(Ptr<Node> node) override { m_node = node; }
  bool NeedsArp() const override { return true; }
  void SetReceiveCallback(ReceiveCallback receive) override { m_receive = receive; }
  void SetPromiscReceiveCallback(PromiscReceiveCallback) override {}
  bool SupportsSendFrom() const override { return true; }

protected:
  void DoDispose() override {
    vnic_nic_destroy(m_nic);
    vnic_wire_destroy(m_wire);
    m_nic = nullptr;
    m_wire = nullptr;
    m_channel = nullptr;
    m_node = nullptr;
    NetDevice::DoDispose();
  }

private:
  // Schedules the next arrival on the wire, in the context of the node where it arrives.
  void Schedule() {
    uint64_t next = 0;
    if (!vnic_wire_next_arrival(m_wire, &next) || (m_isScheduled && m_scheduled <= next)) return;
    m_isScheduled = true;
    m_scheduled = next;
    Time delay = NanoSeconds(next) - Simulator::Now();
    Simulator::ScheduleWithContext(
        m_peer->m_node->GetId(), delay, &VnicDevice::Advance, Ptr<VnicDevice>(this), next);
  }
  void Advance(uint64_t time) {
    if (m_wire == nullptr) return;
    if (m_isScheduled && m_scheduled == time) m_isScheduled = false;
    MustSucceed("advance", [&](vnic_error *e) { return vnic_wire_advance(m_wire, time, e); });
    Schedule();
  }
  // The end of the wire: frames go to the NIC of the peer.
  static void Arrive(void *context, const vnic_buffer *frames, size_t count, uint64_t time) {
    auto me = static_cast<VnicDevice *>(context);
    for (size_t index = 0; index < count && me->m_channel->tap; index++)
      me->m_channel->tap(frames[index], time);
    vnic_nic *nic = me->m_peer->m_nic;
    MustSucceed("receive", [&](vnic_error *e) { return vnic_nic_receive(nic, frames, count, time, e); });
  }
  // What the NIC received goes to the stack.
  static void Deliver(void *context, const void *frame, size_t size, const vnic_received *, uint64_t) {
    auto me = static_cast<VnicDevice *>(context);
    Ptr<Packet> packet = Create<Packet>(static_cast<const uint8_t *>(frame), size);
    EthernetHeader header(false);
    packet->RemoveHeader(header);
    if (!me->m_receive.IsNull())
      me->m_receive(me, packet, header.GetLengthType(), header.GetSource());
  }

  vnic_nic *m_nic = nullptr;
  vnic_wire *m_wire = nullptr;
  VnicDevice *m_peer = nullptr;
  Ptr<VnicChannel> m_channel;
  Ptr<Node> m_node;
  Mac48Address m_address = Mac48Address::Allocate();
  ReceiveCallback m_receive;
  std::vector<uint8_t> m_frame;
  uint64_t m_scheduled = 0;
  uint32_t m_index = 0;
  bool m_isScheduled = false;
};

inline Ptr<NetDevice> VnicChannel::GetDevice(std::size_t index) const { return m_devices[index]; }

} // namespace ns3

#endif
