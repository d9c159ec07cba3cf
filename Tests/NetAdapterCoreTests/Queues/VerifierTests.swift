import NetAdapterCore
import XCTest

/// Behaviour 40: a driver that breaks exactly one rule, for each of the codes 50 to 78.
final class VerifierTests: XCTestCase {
  /// The code of the violation by a transmit driver with three packets of two fragments.
  private func transmit(_ offence: @escaping EvtAdvance, isVerified: Bool = true) throws -> Int? {
    let queue = try makeTransmit(fragmentRingSize: 16, isVerified: isVerified, advance: offence)
    for tag in 0..<3 { try queue.post([UInt8](repeating: 7, count: 100), tag: tag) }
    return failureCode { try queue.advance() }
  }

  /// The code of the violation by a receive driver with four packets and six fragments.
  private func receive(
    isVerified: Bool = true, fragments: Int = 6, _ offence: @escaping EvtAdvance
  ) throws -> Int? {
    let queue = try makeReceive(isVerified: isVerified, advance: offence)
    try queue.replenish(packets: 4, fragments: fragments)
    return failureCode { try queue.advance() }
  }

  /// The code of the violation by a received packet of one fragment that `change` changes.
  private func packet(_ change: @escaping (inout NetPacket) -> Void) throws -> Int? {
    try receive { _, rings in
      rings.receive([1, 2, 3])
      change(&rings.packets[0])
    }
  }

  private func layout(_ change: @escaping (inout NetPacketLayout) -> Void) throws -> Int? {
    try packet { change(&$0.layout) }
  }

  func testBehaviour40HonestDriversPass() throws {
    XCTAssertNil(try transmit(returnAll))
    XCTAssertNil(try transmit { _, _ in })
    XCTAssertNil(
      try transmit { _, rings in
        for index in rings.packets.window { rings.packets[index].scratch = true }
        for index in rings.fragments.window { rings.fragments[index].scratch = true }
        rings.packets.nextIndex = rings.packets.endIndex
        rings.packets.beginIndex = 1
        rings.fragments.beginIndex = 2
      })
    XCTAssertNil(try receive(ignoreAll))
    XCTAssertNil(
      try receive { _, rings in
        rings.receive([UInt8](repeating: 1, count: 64))
        rings.receive([UInt8](repeating: 1, count: 128))
        rings.packets[rings.packets.beginIndex].scratch = true
      })
  }

  func testBehaviour40Code50EndIndex() throws {
    for isVerified in [true, false] {
      XCTAssertEqual(
        try transmit({ $1.packets.endIndex = 4 }, isVerified: isVerified), 50)
      XCTAssertEqual(
        try transmit({ $1.fragments.endIndex = .max }, isVerified: isVerified), 50)
      XCTAssertEqual(try receive(isVerified: isVerified) { $1.packets.endIndex = -1 }, 50)
      XCTAssertEqual(try receive(isVerified: isVerified) { $1.fragments.endIndex = 0 }, 50)
    }
  }

  func testBehaviour40Code51OutsideTheWindow() throws {
    // Every element outside of [0, 3), including the one that the framework's loop omits.
    for index in 3..<8 {
      XCTAssertEqual(try transmit { $1.packets[index].scratch = true }, 51)
      XCTAssertEqual(try transmit { $1.gso[index].mss = 1 }, 51)
      XCTAssertEqual(try transmit { $1.checksum[index].layer4Action = .required }, 51)
      XCTAssertEqual(try transmit { $1.rsc[index].segmentSize = 1 }, 51)
      XCTAssertEqual(try transmit { $1.ieee8021Q[index].vlanIdentifier = 1 }, 51)
    }
    for index in 6..<16 { XCTAssertEqual(try transmit { $1.fragments[index].offset = 1 }, 51) }
    XCTAssertEqual(try receive { $1.packets[4].isIgnored = true }, 51)
    XCTAssertEqual(try receive { $1.fragments[7].validLength = 1 }, 51)
  }

  func testBehaviour40Code52TransmitPacket() throws {
    XCTAssertEqual(try transmit { $1.packets[1].isIgnored = true }, 52)
    XCTAssertEqual(try transmit { $1.packets[0].fragmentIndex = 1 }, 52)
    XCTAssertEqual(try transmit { $1.packets[2].fragmentCount = 1 }, 52)
    XCTAssertEqual(try transmit { $1.packets[2].layout.layer4Type = .udp }, 52)
    XCTAssertEqual(try transmit { $1.packets[2].reserved = 1 }, 52)
    XCTAssertEqual(try transmit { $1.packets[2].layout.reserved = 1 }, 52)
  }

  func testBehaviour40Code53TransmitFragment() throws {
    XCTAssertEqual(try transmit { $1.fragments[0].validLength = 1 }, 53)
    XCTAssertEqual(try transmit { $1.fragments[5].capacity = 1 }, 53)
    XCTAssertEqual(try transmit { $1.fragments[5].offset = 1 }, 53)
    XCTAssertEqual(try transmit { $1.fragments[5].isBounced = true }, 53)
  }

  func testBehaviour40Code54IgnoredAndChanged() throws {
    XCTAssertEqual(try packet { $0.isIgnored = true }, 54)
    XCTAssertEqual(
      try receive { _, rings in
        rings.packets[3].isIgnored = true
        rings.packets[3].fragmentCount = 0
      }, 54, "checked although not returned")
  }

  func testBehaviour40Code55ReservedFields() throws {
    XCTAssertEqual(try packet { $0.reserved = 1 }, 55)
    XCTAssertEqual(try layout { $0.reserved = 1 }, 55)
    XCTAssertEqual(try receive { $1.packets[3].reserved = 1 }, 55)
  }

  func testBehaviour40Code56FragmentNotWritten() throws {
    XCTAssertEqual(
      try receive { _, rings in
        let fragment = rings.fragments[0]
        rings.receive([1])
        rings.fragments[0].offset = fragment.offset
      }, 56)
    XCTAssertEqual(
      try receive { _, rings in
        let fragment = rings.fragments[0]
        rings.receive([1])
        rings.fragments[0].validLength = fragment.validLength
      }, 56)
  }

  func testBehaviour40Code57PacketNotWritten() throws {
    XCTAssertEqual(try receive(returnAll), 57)
    XCTAssertEqual(try packet { $0.fragmentIndex = .max }, 57)
    XCTAssertEqual(try packet { $0.fragmentCount = .max }, 57)
    XCTAssertEqual(try layout { $0.layer2Type = .init(rawValue: 15) }, 57)
    XCTAssertEqual(try layout { $0.layer3Type = .init(rawValue: 15) }, 57)
    XCTAssertEqual(try layout { $0.layer4Type = .init(rawValue: 15) }, 57)
  }

  func testBehaviour40Code58FragmentCapacity() throws {
    XCTAssertEqual(
      try receive { _, rings in
        rings.receive([1])
        rings.fragments[0].capacity = 32
      }, 58)
    XCTAssertEqual(
      try receive { _, rings in
        rings.receive([1])
        rings.fragments[0].isBounced = true
      }, 58)
  }

  func testBehaviour40Code59BeginPastEnd() throws {
    for isVerified in [true, false] {
      for index in [4, 7, 8, -1, .max, .min] {
        XCTAssertEqual(try transmit({ $1.packets.beginIndex = index }, isVerified: isVerified), 59)
      }
      for index in [7, 15, 16] {
        XCTAssertEqual(
          try transmit({ $1.fragments.beginIndex = index }, isVerified: isVerified), 59)
      }
      XCTAssertEqual(try receive(isVerified: isVerified) { $1.packets.beginIndex = 5 }, 59)
    }
  }

  func testBehaviour40Code60NoFragments() throws {
    XCTAssertEqual(try packet { $0.fragmentCount = 0 }, 60)
  }

  func testBehaviour40Code61MoreFragmentsThanThereWere() throws {
    XCTAssertEqual(try packet { $0.fragmentCount = 7 }, 61)
  }

  func testBehaviour40Code62FirstFragmentWasNotTheDrivers() throws {
    for index in [6, 7, 8, 1 << 20] { XCTAssertEqual(try packet { $0.fragmentIndex = index }, 62) }
  }

  func testBehaviour40Code63LastFragmentWasNotTheDrivers() throws {
    XCTAssertEqual(
      try packet {
        $0.fragmentIndex = 5
        $0.fragmentCount = 2
      }, 63)
  }

  func testBehaviour40Code64FirstFragmentWasNotReturned() throws {
    XCTAssertEqual(try packet { $0.fragmentIndex = 1 }, 64)
  }

  func testBehaviour40Code65LastFragmentWasNotReturned() throws {
    XCTAssertEqual(try packet { $0.fragmentCount = 2 }, 65)
  }

  func testBehaviour40Code75FragmentsDoNotAscend() throws {
    XCTAssertEqual(
      try receive { _, rings in
        rings.receive([1])
        rings.receive([2])
        (rings.packets[0], rings.packets[1]) = (rings.packets[1], rings.packets[0])
      }, 75)
    XCTAssertEqual(
      try receive { _, rings in
        rings.receive([1])
        rings.receive([2])
        rings.packets[1].fragmentIndex = 0
      }, 75)
  }

  func testBehaviour40Code76FragmentsOverlap() throws {
    XCTAssertEqual(
      try receive { _, rings in
        rings.receive([1])
        rings.receive([2])
        rings.packets[0].fragmentCount = 2
      }, 76)
  }

  func testBehaviour40Code77OffsetAfterTheFirst() throws {
    XCTAssertEqual(
      try receive { _, rings in
        rings.receive([UInt8](repeating: 1, count: 70))
        rings.fragments[1].offset = 1
      }, 77)
    XCTAssertNil(
      try receive { _, rings in
        rings.receive([UInt8](repeating: 1, count: 40))
        rings.fragments[0].offset = 24
      })
  }

  func testBehaviour40Code78Length() throws {
    XCTAssertEqual(
      try receive { _, rings in
        rings.receive([1])
        rings.fragments[0].validLength = 65
      }, 78)
    XCTAssertEqual(
      try receive { _, rings in
        rings.receive([UInt8](repeating: 1, count: 40))
        rings.fragments[0].offset = 25
      }, 78)
  }

  func testEveryCodeHasItsNumber() {
    XCTAssertEqual(
      FailureCode.allCases.map(\.rawValue).filter { 50...78 ~= $0 }, Array(50...78))
  }
}
