import GsoEngine
import WireFormats
import XCTest

/// Layouts, plans and rules are returned, stored and put into enumerations a lot: they stay small.
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
      ("FragmentationPlan", MemoryLayout<FragmentationPlan>.stride, 184, #line),
      ("ChecksumPlan", MemoryLayout<ChecksumPlan>.stride, 160, #line),
    ]
    for row in rows {
      XCTAssertLessThanOrEqual(row.octets, row.limit, row.name, line: row.line)
    }
  }
}
