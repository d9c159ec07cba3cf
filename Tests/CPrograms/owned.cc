// The same interface from C++17: objects that release themselves, errors as exceptions of the program.
#include "frames.h"
#include <vnic.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Destroy {
  void operator()(vnic_nic *nic) const { vnic_nic_destroy(nic); }
  void operator()(vnic_wire *wire) const { vnic_wire_destroy(wire); }
  void operator()(vnic_coalescer *coalescer) const { vnic_coalescer_destroy(coalescer); }
};
using NIC = std::unique_ptr<vnic_nic, Destroy>;
using Wire = std::unique_ptr<vnic_wire, Destroy>;
using Coalescer = std::unique_ptr<vnic_coalescer, Destroy>;

class Error : public std::runtime_error {
public:
  explicit Error(const vnic_error &error) : std::runtime_error(text(error)), code(error.code) {}
  const int32_t code;

private:
  static std::string text(const vnic_error &error) {
    std::string text(vnic_error_text(error.code, error.operands, nullptr, 0), '\0');
    vnic_error_text(error.code, error.operands, text.data(), text.size() + 1);
    return text;
  }
};

template <typename Call> void must(Call call) {
  vnic_error error{};
  if (call(&error) != VNIC_OK) throw Error(error);
}

template <typename Struct> Struct sized() {
  Struct value{};
  value.size = sizeof(Struct);
  return value;
}

using Octets = std::vector<uint8_t>;

Octets frame(uint64_t start, size_t payload) {
  Octets octets(HEADERS + payload);
  make_frame(octets.data(), start, payload);
  return octets;
}

// Segments a frame and returns the segments.
std::vector<Octets> segment(const Octets &frame, uint32_t size) {
  auto request = sized<vnic_segmentation>();
  request.segment_size = size;
  vnic_buffer buffer{frame.data(), frame.size()};
  vnic_plan plan;
  must([&](vnic_error *e) { return vnic_plan_make(&plan, &buffer, 1, &request, e); });
  std::vector<Octets> frames;
  for (uint64_t index = 0; index < vnic_plan_count(&plan); index++) {
    auto segment = sized<vnic_segment>();
    must([&](vnic_error *e) { return vnic_plan_get_segment(&plan, index, &segment, e); });
    Octets octets(segment.frame_length);
    must([&](vnic_error *e) {
      return vnic_plan_render(
          &plan, &buffer, 1, index, 1, octets.data(), octets.size(), nullptr, e);
    });
    frames.push_back(std::move(octets));
  }
  return frames;
}

// What comes out of a coalescer.
struct Units {
  std::vector<Octets> frames;
  static void take(void *context, const vnic_unit *unit) {
    auto octets = static_cast<const uint8_t *>(unit->octets);
    static_cast<Units *>(context)->frames.emplace_back(octets, octets + unit->length);
  }
};

void coalesceWhatWasSegmented() {
  Octets whole = frame(0, 20000);
  Units units;
  vnic_coalescer *made = nullptr;
  must([&](vnic_error *e) {
    return vnic_coalescer_create(&made, nullptr, &Units::take, &units, e);
  });
  Coalescer coalescer(made);
  for (const Octets &segment : segment(whole, 1448))
    must([&](vnic_error *e) {
      return vnic_coalescer_receive(
          coalescer.get(), segment.data(), segment.size(), nullptr, 0, 0, e);
    });
  must([&](vnic_error *e) { return vnic_coalescer_end_batch(coalescer.get(), e); });
  CHECK(units.frames.size() == 1 && units.frames[0].size() == whole.size());
  CHECK(std::equal(whole.begin() + HEADERS, whole.end(), units.frames[0].begin() + HEADERS));
  std::printf("coalescer: 14 segments are one frame of %zu octets again\n", whole.size());
}

// A NIC whose frames are kept.
class Station {
public:
  explicit Station(uint8_t last) {
    auto config = sized<vnic_nic_config>();
    config.mtu = 1500;
    config.mac_address[0] = 2;
    config.mac_address[5] = last;
    config.context = this;
    config.receive = [](void *me, const void *frame, size_t size, const vnic_received *, uint64_t) {
      auto octets = static_cast<const uint8_t *>(frame);
      static_cast<Station *>(me)->received.emplace_back(octets, octets + size);
    };
    vnic_nic *made = nullptr;
    must([&](vnic_error *e) { return vnic_nic_create(&made, &config, e); });
    nic.reset(made);
    must([&](vnic_error *e) { return vnic_nic_start(nic.get(), e); });
  }
  Station(const Station &) = delete;

  NIC nic;
  std::vector<Octets> received;
};

void sendToFit() {
  Station sender(1), receiver(2);
  auto config = sized<vnic_wire_config>();
  config.delay = 1000;
  config.receiver = receiver.nic.get();
  vnic_wire *made = nullptr;
  must([&](vnic_error *e) { return vnic_wire_create(&made, &config, e); });
  Wire wire(made);
  must([&](vnic_error *e) { return vnic_nic_connect(sender.nic.get(), wire.get(), e); });
  Octets whole = frame(0, 30000);
  vnic_buffer buffer{whole.data(), whole.size()};
  auto request = sized<vnic_transmit_request>();
  request.flags = VNIC_TO_FIT;
  auto report = sized<vnic_report>();
  must([&](vnic_error *e) {
    return vnic_nic_transmit(sender.nic.get(), &buffer, 1, &request, 0, &report, e);
  });
  CHECK(report.segmentation.by == VNIC_BY_SOFTWARE && report.segmentation.reason == 701);
  CHECK(receiver.received.empty());
  must([&](vnic_error *e) { return vnic_wire_advance(wire.get(), 1000, e); });
  CHECK(receiver.received.size() == report.frames && report.frames == 21);
  uint64_t at = 0;
  for (const Octets &frame : receiver.received) {
    CHECK(frame.size() <= 1514 && checksums_hold(frame.data(), frame.size()));
    for (size_t index = HEADERS; index < frame.size(); index++)
      CHECK(frame[index] == stream_octet(at++));
  }
  std::printf("NIC: %d frames to fit, the reason for software is %d\n", int(report.frames),
              int(report.segmentation.reason));
  try {
    must([&](vnic_error *e) {
      return vnic_nic_transmit(sender.nic.get(), &buffer, 1, nullptr, 0, nullptr, e);
    });
    CHECK(!"sent a frame above the MTU");
  } catch (const Error &error) {
    CHECK(error.code == 653);
    std::printf("NIC: %s\n", error.what());
  }
}

} // namespace

int main() {
  coalesceWhatWasSegmented();
  sendToFit();
  try {
    segment(Octets(10), 100);
    CHECK(!"segmented 10 octets");
  } catch (const Error &error) {
    std::printf("engine: %s\n", error.what());
    CHECK(std::string(error.what()) == "the Ethernet header at octet 0 needs 14 octets, fewer are there");
  }
}
