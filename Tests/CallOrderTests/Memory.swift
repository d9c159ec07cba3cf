import GsoEngine
import PacketCapture
import WireFormats
import XCTest

/// What stays from call to call: arenas, headers, readers, writers and sums.
final class Memory {
  var arena: SegmentArena?
  var headers = LinearHeaders()
  var reader = CaptureReader()
  var pcap = PcapWriter(linkType: .ethernet)
  var pcapng = PcapngWriter()
  var sizes = AnnouncedSegmentSizes()
  var coalescer: Coalescer?
  /// Frames that the coalescer got, and frames that came out, alone or merged.
  var received = 0
  var delivered = 0
  var sum = InternetChecksum()
  var ports = TunnelPorts()
  /// Plans of earlier frames, for frames that they do not fit.
  var plan: SegmentationPlan?
  var fragments: FragmentationPlan?
  var checksums: ChecksumPlan?

  /// Calls `body` with the arena, once there is one.
  func withArena(_ body: (inout SegmentArena) throws -> Void) rethrows {
    guard arena != nil else { return }
    try body(&arena!)
  }

  /// Calls `body` with the reader; what it returns is borrowed until the end of the call.
  func withReader(_ body: (inout CaptureReader) throws -> Void) rethrows { try body(&reader) }

  /// Counts what a coalescer delivers.
  func deliver(_ unit: CoalescedUnit) {
    delivered += unit.inputs.count
    XCTAssertGreaterThan(unit.inputs.count, 0)
  }

  /// Each frame that went into an empty coalescer has come out once.
  func checkCoalescer() {
    guard coalescer != nil else { return }
    XCTAssertEqual(delivered, received, "frames that the coalescer keeps or doubles")
  }
}
