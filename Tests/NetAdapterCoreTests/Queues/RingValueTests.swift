import NetAdapterCore
import TestSupport
import WireFormats
import XCTest

/// Widths of Microsoft's bit fields: the largest number is stored, a larger one is refused.
final class RingValueTests: XCTestCase {
  func testSizesAreMicrosofts() {
    XCTAssertEqual(MemoryLayout<NetPacket>.stride, 12)
    XCTAssertEqual(MemoryLayout<NetFragment>.stride, 8)
    XCTAssertEqual(MemoryLayout<NetPacketLayout>.stride, 5)
    XCTAssertEqual(MemoryLayout<NetPacketGso>.stride, 4)
    XCTAssertEqual(MemoryLayout<NetPacketChecksum>.stride, 1)
    XCTAssertEqual(MemoryLayout<NetPacketRsc>.stride, 4)
    XCTAssertEqual(MemoryLayout<NetPacketRscTimestamp>.stride, 4)
    XCTAssertEqual(MemoryLayout<NetPacketIeee8021Q>.stride, 4)
  }

  /// Sets a field of a value whose other bits are all 0, or all 1, and reads all fields.
  private func check<Value: Equatable>(
    _ field: WritableKeyPath<Value, Int>, limit: Int, among others: [WritableKeyPath<Value, Int>],
    of empty: Value, line: UInt = #line
  ) {
    var full = empty
    for other in others { full[keyPath: other] = .max }
    for start in [empty, full] {
      for (written, read) in [
        (0, 0), (1, 1), (limit - 1, limit - 1), (limit, limit), (limit + 1, limit), (-1, 0),
        (.max, limit), (.min, 0),
      ] {
        var value = start
        value[keyPath: field] = written
        XCTAssertEqual(value[keyPath: field], read, "\(written)", line: line)
        for other in others where other != field {
          XCTAssertEqual(
            value[keyPath: other], start[keyPath: other], "\(written) spilt", line: line)
        }
      }
    }
  }

  func testFragment() {
    let fields = [\NetFragment.validLength, \.capacity, \.offset]
    check(\.validLength, limit: 67_108_863, among: fields, of: NetFragment())
    check(\.capacity, limit: 67_108_863, among: fields, of: NetFragment())
    check(\.offset, limit: 1_023, among: fields, of: NetFragment())
    var fragment = NetFragment()
    (fragment.validLength, fragment.capacity, fragment.offset) = (.max, .max, .max)
    XCTAssertFalse(fragment.scratch || fragment.isBounced)
    fragment.scratch = true
    XCTAssertFalse(fragment.isBounced)
    (fragment.scratch, fragment.isBounced) = (false, true)
    XCTAssertFalse(fragment.scratch)
    XCTAssertTrue(fragment.isBounced)
    XCTAssertEqual(fragment.offset, 1_023)
  }

  func testPacket() {
    let fields = [\NetPacket.fragmentIndex, \.fragmentCount]
    check(\.fragmentIndex, limit: 4_294_967_295, among: fields, of: NetPacket())
    check(\.fragmentCount, limit: 65_535, among: fields, of: NetPacket())
    var packet = NetPacket()
    packet.reserved = .max
    XCTAssertEqual(packet.reserved, 63)
    XCTAssertFalse(packet.isIgnored || packet.scratch)
    packet.isIgnored = true
    XCTAssertFalse(packet.scratch)
    (packet.isIgnored, packet.scratch) = (false, true)
    XCTAssertFalse(packet.isIgnored)
    XCTAssertEqual(packet.reserved, 63)
  }

  func testLayout() {
    let fields = [\NetPacketLayout.layer2HeaderLength, \.layer3HeaderLength, \.layer4HeaderLength]
    check(\.layer2HeaderLength, limit: 127, among: fields, of: NetPacketLayout())
    check(\.layer3HeaderLength, limit: 511, among: fields, of: NetPacketLayout())
    check(\.layer4HeaderLength, limit: 255, among: fields, of: NetPacketLayout())
    for number in UInt8.min...UInt8.max {
      var layout = NetPacketLayout()
      layout.layer2Type = .init(rawValue: number)
      XCTAssertEqual(layout.layer2Type.rawValue, min(number, 15))
      XCTAssertEqual(layout.layer3Type, .unspecified)
      layout.layer3Type = .init(rawValue: number)
      layout.layer4Type = .init(rawValue: number)
      layout.reserved = number
      layout.layer2Type = .ethernet
      XCTAssertEqual(layout.layer3Type.rawValue, min(number, 15))
      XCTAssertEqual(layout.layer4Type.rawValue, min(number, 15))
      XCTAssertEqual(layout.reserved, min(number, 15))
      XCTAssertEqual(layout.layer2Type, .ethernet)
    }
  }

  func testExtensions() {
    check(\.mss, limit: 1_048_575, among: [], of: NetPacketGso())
    let tag = [\NetPacketIeee8021Q.priorityCodePoint, \.vlanIdentifier]
    check(\.priorityCodePoint, limit: 7, among: tag, of: NetPacketIeee8021Q())
    check(\.vlanIdentifier, limit: 4_095, among: tag, of: NetPacketIeee8021Q())
    var value = NetPacketIeee8021Q()
    value.tagging = [.priority, .vlan]
    XCTAssertEqual(value.priorityCodePoint + value.vlanIdentifier, 0)
    XCTAssertEqual(value.tagging.rawValue, 3)
    XCTAssertEqual(NetPacketIeee8021Q.Tagging(rawValue: 0xFF).rawValue, 3)
    let rsc = NetPacketRsc(coalescedSegmentCount: 3, duplicateAckCount: 9)
    XCTAssertEqual([rsc.coalescedSegmentCount, rsc.duplicateAckCount, rsc.segmentSize], [3, 9, 9])
  }

  func testChecksum() {
    for two in NetPacketChecksum.Action.allCases {
      for three in NetPacketChecksum.Action.allCases {
        for four in NetPacketChecksum.Action.allCases {
          let value = NetPacketChecksum(layer2: two, layer3: three, layer4: four)
          XCTAssertEqual(value.layer2Action, two)
          XCTAssertEqual(value.layer3Action, three)
          XCTAssertEqual(value.layer4Action, four)
        }
      }
    }
    var value = NetPacketChecksum(layer2: .invalid, layer3: .valid, layer4: .invalid)
    // 1 is an evaluation and no action; both views read the same bits.
    XCTAssertEqual(value.layer3Evaluation, .valid)
    XCTAssertEqual(value.layer3Action, .passthrough)
    XCTAssertEqual(value.layer4Action, .required)
    value.layer3Evaluation = .notChecked
    XCTAssertEqual([value.layer2Evaluation, value.layer3Evaluation], [.invalid, .notChecked])
    XCTAssertEqual(value.layer4Evaluation, .invalid)
  }

  func testInitialisersNameWhatDoesNotFit() {
    typealias Row = (make: () throws -> Void, NetFieldError.Field, found: Int, limit: Int, UInt)
    let layout = { (two: Int, three: Int, four: Int) throws in
      _ = try NetPacketLayout(
        layer2: .ethernet, layer2HeaderLength: two, layer3: .ipv4NoOptions,
        layer3HeaderLength: three, layer4: .tcp, layer4HeaderLength: four)
    }
    let rows: [Row] = [
      (
        { _ = try NetFragment(validLength: 1 << 26, capacity: 0) }, .validLength, 1 << 26,
        (1 << 26) - 1, #line
      ),
      ({ _ = try NetFragment(validLength: 0, capacity: -1) }, .capacity, -1, (1 << 26) - 1, #line),
      (
        { _ = try NetFragment(validLength: 0, capacity: 0, offset: 1_024) }, .offset, 1_024, 1_023,
        #line
      ),
      (
        { _ = try NetPacket(fragmentIndex: 1 << 32, fragmentCount: 0) }, .fragmentIndex, 1 << 32,
        (1 << 32) - 1, #line
      ),
      (
        { _ = try NetPacket(fragmentIndex: 0, fragmentCount: 65_536) }, .fragmentCount, 65_536,
        65_535, #line
      ),
      ({ try layout(128, 20, 20) }, .layer2HeaderLength, 128, 127, #line),
      ({ try layout(14, 512, 20) }, .layer3HeaderLength, 512, 511, #line),
      ({ try layout(14, 20, 256) }, .layer4HeaderLength, 256, 255, #line),
      ({ _ = try NetPacketGso(mss: 1 << 20) }, .mss, 1 << 20, (1 << 20) - 1, #line),
      (
        { _ = try NetPacketIeee8021Q(priorityCodePoint: 8, vlanIdentifier: 0) },
        .priorityCodePoint, 8, 7, #line
      ),
      (
        { _ = try NetPacketIeee8021Q(priorityCodePoint: 0, vlanIdentifier: 4_096) },
        .vlanIdentifier, 4_096, 4_095, #line
      ),
    ]
    for (make, field, found, limit, line) in rows {
      XCTAssertThrowsError(try make(), line: line) {
        XCTAssertEqual(
          $0 as? NetFieldError, NetFieldError(field: field, found: found, limit: limit),
          line: line)
      }
    }
    XCTAssertNoThrow(try layout(127, 511, 255))
    XCTAssertEqual(try? NetPacketGso(mss: 1_048_575).mss, 1_048_575)
  }
}
