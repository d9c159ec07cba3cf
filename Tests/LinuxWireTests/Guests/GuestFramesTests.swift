import Foundation
import Glibc
import GsoEngine
import LinuxWire
import TestSupport
import WireFormats
import XCTest

/// The engine against the kernel of a guest, which gets the super-frames of `Fixtures/KernelCorpus`
/// to send: once it leaves them to our NIC, once it has to segment them itself.
///
/// Needs the kernel that `Tests/Guests/kernel 6.12` builds.
final class GuestFramesTests: XCTestCase {
  /// A frame as the back end got it.
  private struct Sent {
    let header: VirtioNetHeader
    let octets: [UInt8]
  }

  /// Cases that make sense.
  ///
  /// A kernel sends no smaller segments of TCP (TCP_MIN_SND_MSS).
  private func chosen(_ corpus: KernelCorpus) -> [KernelCorpus.Case] {
    corpus.cases.filter {
      $0.wellformed && $0.advisory == nil && $0.outcome == "segmented" && $0.ignore == nil
        && ["tcp4", "tcp6", "udp4", "udp6"].contains($0.protocol)
        && $0.vnet.gsoType & 0x7F != 3  // fragmentation of UDP
        && ($0.vnet.gsoSize >= 48 || $0.protocol.hasPrefix("udp"))
    }
  }

  /// A number in little-endian order.
  private func octets(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  /// What a guest with a device of these offloads sends for each case.
  private func sent(
    _ cases: [KernelCorpus.Case], of corpus: KernelCorpus, _ configuration: VhostUserConfiguration
  ) throws -> [[Sent]] {
    let folder = try TemporaryFolder()
    var file: [UInt8] = []
    for item in cases {
      let (v, frame) = (item.vnet, corpus.input(of: item))
      file += octets(10 + frame.count, 4) + octets(v.flags, 1) + octets(v.gsoType, 1)
      file += [v.headerLength, v.gsoSize, v.checksumStart, v.checksumOffset]
        .flatMap { octets($0, 2) }
      file += frame
    }
    try folder.write(file, "frames")
    let end = try VhostUserBackend(path: folder.path("l"), configuration: configuration)
    defer { end.close() }
    let guest = try Guest(
      "l", .own, frames: folder.path("frames"), folder: folder, ["vnic.mtu=9000", "vnic.frames=1"])
    defer { guest.end() }
    var sent = [[Sent]](repeating: [], count: cases.count)
    var current = Int?.none
    let deadline = Date().addingTimeInterval(30)
    while guest.isRunning, Date() < deadline {
      var polled = end.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      _ = unsafe poll(&polled, nfds_t(polled.count), 20)
      try end.process(limit: 64) { header, frame in
        let octets = array(frame)
        if octets[12...13] == [0x88, 0xB5] {
          let number = octets[14..<18].reduce(0) { $0 << 8 | Int($1) }
          current = number < cases.count ? number : nil
        } else if let current, octets[6..<12] == corpus.input(of: cases[current])[6..<12] {
          sent[current].append(Sent(header: header, octets: octets))
        }
      }
    }
    XCTAssertEqual(guest.lines.last, "frames: \(cases.count), refused 0", "\(guest.lines)")
    return sent
  }

  func testTheKernelOfAGuestSegmentsAsTheEngineDoes() throws {
    let corpus = try KernelCorpus()
    let cases = chosen(corpus)
    let without = try VhostUserConfiguration { $0.hostOffloads = [] }
    let left = try sent(cases, of: corpus, VhostUserConfiguration())
    let segmented = try sent(cases, of: corpus, without)
    var superCount = 0
    for (index, item) in cases.enumerated() {
      superCount += left[index].count { $0.header.gsoType != .none }
      let mine = try left[index].flatMap { frame in
        try OffloadAction(on: frame.octets, describedBy: frame.header).frames(of: frame.octets)
      }
      XCTAssertTrue(segmented[index].allSatisfy { $0.header == VirtioNetHeader() }, item.name)
      XCTAssertEqual(mine.count, segmented[index].count, item.name)
      for (number, pair) in zip(mine, segmented[index]).enumerated() where pair.0 != pair.1.octets {
        XCTFail("\(item.name): segment \(number)")
      }
    }
    print("guest frames:", superCount, "of", cases.count, "to us,", segmented.joined().count)
    // The kernel leaves neither frames of more than 65,536 octets to the device, nor UDP_SEGMENT of
    // frames with a tag.
    let expected = cases.count {
      corpus.input(of: $0).count <= 65_536 && !($0.group == "vlan" && $0.protocol.hasPrefix("udp"))
    }
    XCTAssertEqual(superCount, expected)
  }
}
