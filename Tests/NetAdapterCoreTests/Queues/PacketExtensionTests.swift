import NetAdapterCore
import XCTest

/// The data that packets carry beside their octets, in ring elements that are used again.
final class PacketExtensionTests: XCTestCase {
  private let tag = try? NetPacketIeee8021Q(
    priorityCodePoint: 3, vlanIdentifier: 77, tagging: .vlan)

  /// A packet without metadata has none of an earlier packet in the same element.
  func testTransmitMetadataIsWrittenForEachPacket() throws {
    var metadata = TransmitMetadata()
    metadata.layout.layer2HeaderLength = 14
    metadata.gso.mss = 1_448
    metadata.checksum = NetPacketChecksum(layer3: .required, layer4: .required)
    metadata.ieee8021Q = try XCTUnwrap(tag)
    var seen: [TransmitMetadata] = []
    let queue = try makeTransmit(ringSize: 2) { queue, rings in
      for index in rings.packets.window {
        seen.append(
          TransmitMetadata(
            layout: rings.packets[index].layout, gso: rings.gso[index],
            checksum: rings.checksum[index], ieee8021Q: rings.ieee8021Q[index]))
      }
      returnAll(queue, &rings)
    }
    for metadata in [metadata, metadata, .init(), .init()] {
      try queue.post([1], metadata)
      try queue.advance()
      XCTAssertNotNil(queue.takeCompleted())
    }
    XCTAssertEqual(seen, [metadata, metadata, .init(), .init()])
  }

  /// A received packet for which the driver writes no data has none of an earlier packet.
  func testReceivedDataIsResetForEachPacket() throws {
    let tag = try XCTUnwrap(tag)
    for isVerified in [true, false] {
      var writes = true
      let queue = try makeReceive(ringSize: 2, isVerified: isVerified) { queue, rings in
        let index = rings.packets.beginIndex
        if writes {
          rings.checksum[index] = NetPacketChecksum(layer3: .valid, layer4: .invalid)
          rings.rsc[index] = NetPacketRsc(coalescedSegmentCount: 2, duplicateAckCount: 1)
          rings.ieee8021Q[index] = tag
        }
        rings.receive([1])
      }
      for round in 0..<4 {
        writes = round < 2
        try queue.replenish()
        try queue.advance()
        let isTaken = try queue.takeReceived { packet in
          XCTAssertEqual(packet.checksum == NetPacketChecksum(), !writes, "round \(round)")
          XCTAssertEqual(packet.rsc == NetPacketRsc(), !writes, "round \(round)")
          XCTAssertEqual(packet.ieee8021Q == NetPacketIeee8021Q(), !writes, "round \(round)")
          return true
        }
        XCTAssertEqual(isTaken, true, "round \(round)")
      }
    }
  }
}
