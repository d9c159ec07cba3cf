import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Which frames a NIC receives, and what the others are counted as.
final class ReceiveFilterTests: XCTestCase {
  private let own = MACAddress(0x02_00_00_00_00_02)

  private func receiver() throws -> (nic: VirtualNIC, count: Box<Int>) {
    let nic = try VirtualNIC(macAddress: own, mtu: 1_500)
    let count = Box(0)
    nic.onReceive = { _, _, _ in count.value += 1 }
    try nic.start()
    return (nic, count)
  }

  private func frame(to destination: UInt64) -> [UInt8] {
    var frame = FrameRecipe(payload: Payload(count: 20)).build()
    for index in 0..<6 { frame[index] = UInt8(destination >> UInt64(40 - 8 * index) & 0xFF) }
    return frame
  }

  /// Own address, another one, a multicast address of the list, another one, broadcast.
  private let destinations: [UInt64] = [
    0x02_00_00_00_00_02, 0x02_00_00_00_00_03, 0x01_00_5E_00_00_01, 0x01_00_5E_00_00_02,
    0xFF_FF_FF_FF_FF_FF,
  ]

  func testFilters() throws {
    let listed: Set = [MACAddress(0x01_00_5E_00_00_01)]
    let rows: [(ReceiveFilter?, taken: [Bool])] = [
      (nil, [true, true, true, true, true]),
      (ReceiveFilter([]), [false, false, false, false, false]),
      (ReceiveFilter(.directed), [true, false, false, false, false]),
      (ReceiveFilter(.broadcast), [false, false, false, false, true]),
      (ReceiveFilter(.multicast), [false, false, false, false, false]),
      (ReceiveFilter(.multicast, multicastAddresses: listed), [false, false, true, false, false]),
      (ReceiveFilter(.directed, multicastAddresses: listed), [true, false, false, false, false]),
      (ReceiveFilter(.allMulticast), [false, false, true, true, true]),
      (ReceiveFilter(.promiscuous), [true, true, true, true, true]),
    ]
    for (filter, taken) in rows {
      let (nic, count) = try receiver()
      nic.receiveFilter = filter
      for (destination, isTaken) in zip(destinations, taken) {
        count.value = 0
        nic.receive(frame(to: destination))
        XCTAssertEqual(count.value, isTaken ? 1 : 0, "\(String(describing: filter))")
      }
      XCTAssertEqual(nic.counters.receivedFiltered, taken.filter { !$0 }.count)
      XCTAssertEqual(nic.counters.receivedFrames, taken.filter { $0 }.count)
    }
  }

  /// The current address counts, not the permanent one.
  func testTheCurrentAddressIsTaken() throws {
    let (nic, count) = try receiver()
    nic.receiveFilter = ReceiveFilter(.directed)
    nic.adapter.setCurrentLinkLayerAddress(MACAddress(destinations[1]))
    nic.receive(frame(to: destinations[1]))
    nic.receive(frame(to: destinations[0]))
    XCTAssertEqual(count.value, 1)
  }

  func testLengthsAndLink() throws {
    let (nic, count) = try receiver()
    nic.receive([UInt8](repeating: 0, count: 13))
    nic.receive([])
    nic.receive([UInt8](repeating: 0, count: 14))
    XCTAssertEqual(nic.counters.receivedTooShort, 2)
    XCTAssertEqual(count.value, 1)
    try nic.stop()
    try nic.adapter.setDatapathCapabilities(
      transmit: TransmitCapabilities(), receive: ReceiveCapabilities(maximumFrameSize: 100))
    try nic.start()
    nic.receive([UInt8](repeating: 0, count: 100))
    nic.receive([UInt8](repeating: 0, count: 101))
    XCTAssertEqual(nic.counters.receivedTooLong, 1)
    try nic.adapter.setLinkState(LinkState())
    nic.receive([UInt8](repeating: 0, count: 100))
    XCTAssertEqual(nic.counters.receivedWhileDisconnected, 1)
    try nic.adapter.setLinkState(.connected(linkSpeed: 1_000))
    nic.receive([UInt8](repeating: 0, count: 100))
    XCTAssertEqual(count.value, 3)
    XCTAssertEqual(nic.counters.receivedFrames, 3)
  }
}
