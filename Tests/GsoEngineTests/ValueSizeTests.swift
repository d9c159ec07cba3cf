import GsoEngine
import WireFormats
import XCTest

/// Layouts, plans and rules are copied a lot, so their sizes are limited.
final class ValueSizeTests: XCTestCase {
  func testSizes() {
    let rows: [(name: String, octets: Int, limit: Int, line: UInt)] = [
      ("NetworkLayout", MemoryLayout<NetworkLayout>.stride, 32, #line),
      ("TransportLayout", MemoryLayout<TransportLayout>.stride, 8, #line),
      ("TunnelLayout", MemoryLayout<TunnelLayout>.stride, 44, #line),
      ("PacketLayout", MemoryLayout<PacketLayout>.stride, 96, #line),
      ("SegmentationRules", MemoryLayout<SegmentationRules>.stride, 24, #line),
      ("SegmentationRequest", MemoryLayout<SegmentationRequest>.stride, 56, #line),
      ("SegmentationPlan", MemoryLayout<SegmentationPlan>.stride, 160, #line),
      ("FragmentationPlan", MemoryLayout<FragmentationPlan>.stride, 160, #line),
      ("ChecksumPlan", MemoryLayout<ChecksumPlan>.stride, 160, #line),
    ]
    for row in rows {
      XCTAssertLessThanOrEqual(row.octets, row.limit, row.name, line: row.line)
    }
  }
}
