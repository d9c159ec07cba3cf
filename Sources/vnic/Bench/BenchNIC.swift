import GsoEngine
import NetAdapterCore
import VirtualNIC
import WireFormats

/// An emulated NIC whose link records what it is given, if asked to.
struct BenchNIC {
  /// What frames fall into while the clock runs: a link has costs of its own, and they are not the
  /// NIC's.
  private final class Sink: Link {
    func send(_ frames: FrameBatch, at time: VirtualTime) {}
  }

  /// A link for what is to be looked at.
  private final class Recorder: Link {
    var octets: [UInt8] = []

    func send(_ frames: FrameBatch, at time: VirtualTime) {
      for at in 0..<frames.octets.byteCount {
        // SAFETY: an octet inside the span; every bit pattern is a valid octet.
        octets.append(unsafe frames.octets.unsafeLoad(fromByteOffset: at, as: UInt8.self))
      }
    }
  }

  private let nic: VirtualNIC
  private let sink: Sink
  private let recorder: Recorder
  private let segmentSize: Int

  /// A started NIC whose hardware segments everything that hardware is known to segment.
  ///
  /// - Parameters:
  ///   - frame: What it sends.
  ///   - pool: The memory of its segments; nil for its own.
  ///   - other: A NIC whose links it has, too; nil for its own.
  /// - Throws: What is wrong with the declarations, which are right.
  init(_ frame: BenchFrame, pool: ArenaPool? = nil, withLinksOf other: BenchNIC? = nil) throws {
    (sink, recorder) = (other?.sink ?? Sink(), other?.recorder ?? Recorder())
    nic = try VirtualNIC(
      macAddress: MACAddress(0x02_00_00_00_00_01), mtu: frame.fullSegmentLength, link: sink,
      pool: pool)
    segmentSize = frame.segmentSize
    try nic.adapter.setGsoCapabilities(Self.hardware)
    try nic.start()
  }

  /// Hardware that segments everything that hardware is known to segment.
  static var hardware: GsoCapabilities {
    GsoCapabilities(
      layer3: [.ipv4NoOptions, .ipv4WithOptions, .ipv6NoExtensions, .ipv6WithExtensions],
      layer4: [.tcpNoOptions, .tcpWithOptions, .udp],
      maximumOffloadSize: 0x100_0000, minimumSegmentCount: 2
    ) { _, _ in }
  }

  /// Sends a frame.
  func transmit(_ frame: RawSpan) { nic.transmit(frame, segmentSize: segmentSize) }

  /// Whether the link records what it is given, beginning with the next frame.
  var recordsSegments: Bool {
    get { nic.link === recorder }
    nonmutating set {
      if newValue { recorder.octets.removeAll(keepingCapacity: true) }
      nic.link = newValue ? recorder : sink
    }
  }

  /// Writes what the link has recorded back to back, as far as there is room.
  func copyRecordedSegments(to outputs: inout BenchOctets, _ index: Int) {
    var output = outputs.writing(index)
    for at in 0..<min(recorder.octets.count, output.byteCount) {
      output.storeBytes(of: recorder.octets[at], toByteOffset: at, as: UInt8.self)
    }
  }
}
