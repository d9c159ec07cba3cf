// TCP of ns-3 over emulated NICs: pairs of computers, each with a stream in super-frames over a wire that
// loses frames. Each octet of each stream is compared; what arrives at the first pair goes into a capture.
//
//   tcp [--pairs=1] [--octets=5000000] [--loss=0.0005] [--seed=7] [--v6] [--capture=wire.pcap]
//
// Ends with 0 if all streams arrived.
#include "vnic-device.h"

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"

#include <cstring>

using namespace ns3;

namespace {

uint8_t StreamOctet(uint64_t at) { return uint8_t(at * 31 + (at >> 8) * 7); }

// Sends a stream.
class Source {
public:
  Source(Ptr<Socket> socket, uint64_t octets) : m_socket(socket), m_octets(octets) {}
  void Start(Address to) {
    m_socket->SetSendCallback(MakeCallback(&Source::Fill, this));
    m_socket->SetConnectCallback(MakeCallback(&Source::Begin, this), MakeNullCallback<void, Ptr<Socket>>());
    m_socket->Connect(to);
  }

private:
  void Begin(Ptr<Socket>) { Fill(m_socket, m_socket->GetTxAvailable()); }
  void Fill(Ptr<Socket>, uint32_t) {
    while (m_sent < m_octets && m_socket->GetTxAvailable() > 0) {
      uint64_t count = std::min<uint64_t>({m_octets - m_sent, m_socket->GetTxAvailable(), 65536});
      std::vector<uint8_t> octets(count);
      for (uint64_t at = 0; at < count; at++) octets[at] = StreamOctet(m_sent + at);
      if (m_socket->Send(Create<Packet>(octets.data(), count)) < 0) return;
      m_sent += count;
    }
    if (m_sent == m_octets) m_socket->Close();
  }
  Ptr<Socket> m_socket;
  uint64_t m_octets, m_sent = 0;
};

// Takes a stream and compares it.
class Sink {
public:
  explicit Sink(Ptr<Socket> socket) : m_socket(socket) {}
  void Start(Address at) {
    m_socket->Bind(at);
    m_socket->Listen();
    m_socket->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address &>(), MakeCallback(&Sink::Accept, this));
  }
  uint64_t received = 0, wrong = 0;
  Time done;

private:
  void Accept(Ptr<Socket> socket, const Address &) {
    socket->SetRecvCallback(MakeCallback(&Sink::Take, this));
  }
  void Take(Ptr<Socket> socket) {
    while (Ptr<Packet> packet = socket->Recv()) {
      if (packet->GetSize() == 0) return;
      std::vector<uint8_t> octets(packet->GetSize());
      packet->CopyData(octets.data(), octets.size());
      for (uint8_t octet : octets) wrong += octet != StreamOctet(received++);
      done = Simulator::Now();
    }
  }
  Ptr<Socket> m_socket;
};

// A pcap file with nanoseconds.
class Capture {
public:
  explicit Capture(const std::string &path) : m_file(std::fopen(path.c_str(), "wb")) {
    if (!m_file) std::perror(path.c_str()), std::exit(1);
    Write({0xa1b23c4d, 2 | 4 << 16, 0, 0, 262144, 1});
  }
  ~Capture() { std::fclose(m_file); }
  void Add(const vnic_buffer &frame, uint64_t time) {
    uint32_t size = uint32_t(frame.size);
    Write({uint32_t(time / 1000000000), uint32_t(time % 1000000000), size, size});
    std::fwrite(frame.octets, 1, frame.size, m_file);
  }

private:
  void Write(std::initializer_list<uint32_t> words) {
    for (uint32_t word : words) std::fwrite(&word, 1, sizeof word, m_file);
  }
  std::FILE *m_file;
};

} // namespace

int main(int count, char **arguments) {
  uint32_t pairs = 1, seed = 7;
  uint64_t octets = 5000000;
  double loss = 0.0005;
  bool v6 = false;
  std::string path;
  CommandLine line;
  line.AddValue("pairs", "Pairs of computers", pairs);
  line.AddValue("octets", "Octets of each stream", octets);
  line.AddValue("loss", "Rate of lost frames", loss);
  line.AddValue("seed", "Seed of all faults", seed);
  line.AddValue("v6", "IPv6", v6);
  line.AddValue("capture", "Where to write what arrives at the first pair", path);
  line.Parse(count, arguments);

  GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
  // Super-frames: ns-3 hands one segment of this size to the device, which segments it for the wire.
  Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(64000));
  Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(4 << 20));
  Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(4 << 20));
  RngSeedManager::SetSeed(seed);

  NodeContainer nodes;
  nodes.Create(pairs * 2);
  InternetStackHelper().Install(nodes);
  std::unique_ptr<Capture> capture(path.empty() ? nullptr : new Capture(path));
  std::vector<Ptr<VnicDevice>> devices;
  std::vector<std::unique_ptr<Source>> sources;
  std::vector<std::unique_ptr<Sink>> sinks;
  Ipv4AddressHelper addresses4("10.0.0.0", "255.255.255.252");
  Ipv6AddressHelper addresses6("2001:db8::", Ipv6Prefix(64));
  for (uint32_t pair = 0; pair < pairs; pair++) {
    auto channel = CreateObject<VnicChannel>();
    NetDeviceContainer two;
    Ptr<VnicDevice> ends[2] = {CreateObject<VnicDevice>(), CreateObject<VnicDevice>()};
    for (int end = 0; end < 2; end++) ends[end]->Install(nodes.Get(2 * pair + end), 1500);
    for (int end = 0; end < 2; end++) {
      vnic_wire_config config{};
      config.seed = uint64_t(seed) << 32 | (2 * pair + end);
      config.loss_rate = loss;
      config.delay = 1000000;
      config.bandwidth = 1000000000;
      ends[end]->Connect(channel, ends[1 - end], config);
      devices.push_back(ends[end]);
      two.Add(ends[end]);
    }
    if (pair == 0 && capture)
      channel->tap = [&](const vnic_buffer &frame, uint64_t time) { capture->Add(frame, time); };
    Address to, any;
    if (v6) {
      to = Inet6SocketAddress(addresses6.Assign(two).GetAddress(1, 1), 9);
      any = Inet6SocketAddress(Ipv6Address::GetAny(), 9);
      addresses6.NewNetwork();
    } else {
      to = InetSocketAddress(addresses4.Assign(two).GetAddress(1), 9);
      any = InetSocketAddress(Ipv4Address::GetAny(), 9);
      addresses4.NewNetwork();
    }
    TypeId tcp = TcpSocketFactory::GetTypeId();
    sinks.push_back(std::make_unique<Sink>(Socket::CreateSocket(nodes.Get(2 * pair + 1), tcp)));
    sinks.back()->Start(any);
    sources.push_back(
        std::make_unique<Source>(Socket::CreateSocket(nodes.Get(2 * pair), tcp), octets));
    // After duplicate address detection.
    Simulator::ScheduleWithContext(nodes.Get(2 * pair)->GetId(), Seconds(2) + MicroSeconds(pair),
                                   &Source::Start, sources.back().get(), to);
  }
  Simulator::Stop(Seconds(300));
  Simulator::Run();

  uint64_t arrived = 0, wrong = 0, super = 0, wire = 0, lost = 0, refused = 0;
  Time last;
  for (auto &sink : sinks) {
    arrived += sink->received == octets;
    wrong += sink->wrong;
    last = std::max(last, sink->done);
  }
  for (auto &device : devices) {
    super += device->Counters().hardware_frames;
    wire += device->WireCounters().sent;
    lost += device->WireCounters().lost;
    refused += device->refused;
  }
  std::printf("%u nodes: %llu of %u streams of %llu octets arrived, %llu octets wrong, after %.3f s; "
              "%llu super-frames, %llu frames on wires, %llu lost, %llu refused\n",
              pairs * 2, (unsigned long long)arrived, pairs, (unsigned long long)octets,
              (unsigned long long)wrong, last.GetSeconds(), (unsigned long long)super,
              (unsigned long long)wire, (unsigned long long)lost, (unsigned long long)refused);
  Simulator::Destroy();
  bool isExpected = arrived == pairs && wrong == 0 && refused == 0 && super > 0;
  return isExpected && (loss == 0 || lost > 0) ? 0 : 1;
}
