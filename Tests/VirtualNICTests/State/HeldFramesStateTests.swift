import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// A NIC that is saved while it holds frames goes on with them.
final class HeldFramesStateTests: XCTestCase {
  private struct Received: Equatable {
    let frame: [UInt8]
    let metadata: ReceivedMetadata
    let time: UInt64
  }

  private final class Inbox {
    var frames: [Received] = []
    var counts: [Int] { frames.map { Int($0.metadata.rsc.coalescedSegmentCount) } }
  }

  private static var capabilities: DeclaredCapabilities {
    var all = DeclaredCapabilities()
    all.rxChecksum = RxChecksumCapabilities(evtSetRxChecksum: { _, _ in })
    all.rsc = RscCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: [.tcpNoOptions, .udp],
      evtSetRsc: { _, _ in })
    return all
  }

  private func nic(window: UInt64? = 1_000) throws -> VirtualNIC {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    let all = Self.capabilities
    if let checksum = all.rxChecksum { try nic.adapter.setRxChecksumCapabilities(checksum) }
    if let rsc = all.rsc { try nic.adapter.setRscCapabilities(rsc) }
    (nic.receiveCoalescing.window, nic.receiveCoalescing.flowCapacity) = (window, 3)
    try nic.start()
    return nic
  }

  private func restored(_ nic: VirtualNIC) throws -> VirtualNIC {
    try VirtualNIC(restoring: nic.save(), capabilities: Self.capabilities)
  }

  private func inbox(of nic: VirtualNIC) -> Inbox {
    let inbox = Inbox()
    nic.onReceive = {
      inbox.frames.append(Received(frame: $0.array(), metadata: $1, time: $2.nanoseconds))
    }
    return inbox
  }

  private func segments(_ transport: FrameRecipe.Transport) throws -> [[UInt8]] {
    let frame = FrameRecipe(transport: transport, payload: Payload(seed: 1, count: 400)).build()
    return try SegmentationPlan(of: frame, request: .init(segmentSize: 100)).frames(of: frame)
  }

  private func time(_ nanoseconds: UInt64) -> VirtualTime { VirtualTime(nanoseconds: nanoseconds) }

  func testUnitsGrowAfterARestore() throws {
    let nic = try nic()
    let (tcp, udp) = (try segments(.tcp()), try segments(.udp()))
    for index in 0..<2 {
      nic.receive(tcp[index], at: time(UInt64(10 * index)))
      nic.receive(udp[index], at: time(UInt64(10 * index + 1)))
    }
    let again = try restored(nic)
    XCTAssertEqual(again.nextReceiveDeadline, time(1_000))
    XCTAssertEqual(try again.save(), try nic.save())
    let (first, second) = (inbox(of: nic), inbox(of: again))
    for (each, inbox) in [(nic, first), (again, second)] {
      each.receive(tcp[2], at: time(30))
      XCTAssertEqual(inbox.frames, [])
      each.advance(to: time(1_000))
      XCTAssertEqual(inbox.counts, [3])
      XCTAssertEqual(inbox.frames.first?.time, 30)
      each.advance(to: time(1_001))
      XCTAssertEqual(inbox.counts, [3, 2])
    }
    XCTAssertEqual(second.frames, first.frames)
    XCTAssertEqual(again.counters, nic.counters)
    XCTAssertEqual(again.counters.coalescedSegments, 5)
  }

  /// A frame that is older than the latest one arrives at the time of that, held or not.
  func testTheLatestTimeStays() throws {
    let nic = try nic()
    nic.receive(try segments(.tcp())[0], at: time(5_000))
    nic.advance(to: time(7_000))
    XCTAssertNil(nic.nextReceiveDeadline)
    let again = try restored(nic)
    for each in [nic, again] {
      let found = inbox(of: each)
      each.receive(try segments(.udp())[0], at: time(100))
      XCTAssertEqual(each.nextReceiveDeadline, time(8_000))
      each.drainReceived()
      XCTAssertEqual(found.frames.map { $0.time }, [7_000])
    }
  }

  /// Units are delivered by the settings that they were held with.
  func testCoalescingThatWasSwitchedOffBeforeTheSave() throws {
    for change in 0..<3 {
      let nic = try nic()
      let tcp = try segments(.tcp())
      for index in 0..<2 { nic.receive(tcp[index], at: time(7)) }
      switch change {
      case 0:
        var request = OffloadParameters()
        (request.rscIPv4, request.rscIPv6) = (.disabled, .disabled)
        try nic.adapter.setOffloadParameters(request)
      case 1: try nic.adapter.pauseOffloadCapabilities()
      default:
        nic.receiveCoalescing.checksum = .zero
        nic.receiveCoalescing.rules = .linux
      }
      let again = try restored(nic)
      let (first, second) = (inbox(of: nic), inbox(of: again))
      for (each, inbox) in [(nic, first), (again, second)] {
        each.receive(tcp[2], at: time(8))
        XCTAssertEqual(inbox.counts.first, 2, "change \(change)")
        XCTAssertEqual(inbox.frames.count, change == 2 ? 1 : 2, "change \(change)")
        each.drainReceived()
      }
      XCTAssertEqual(second.frames, first.frames, "change \(change)")
      XCTAssertEqual(second.frames.count, 2, "change \(change)")
    }
  }

  /// A unit of a receive queue is stored there.
  func testAReceiveQueueGetsTheUnit() throws {
    let nic = try nic()
    let queue = try nic.makeReceiveQueue(ringSize: 4, bufferCapacity: 2_048, frameCount: 4)
    for segment in try segments(.tcp()).prefix(3) { nic.receive(segment) }
    let again = try restored(nic)
    let other = try again.restoreReceiveQueue(queue.save())
    for (each, receiving) in [(nic, queue), (again, other)] {
      each.advance(to: time(1_000))
      var counts: [Int] = []
      for _ in 0..<2 {
        try receiving.advance { counts.append(Int($0.rsc.coalescedSegmentCount)) }
      }
      XCTAssertEqual(counts, [3])
    }
  }

  /// A state with another octet, and a CRC-32 that fits.
  private func changed(_ octets: [UInt8], _ place: Int, _ value: UInt8) -> [UInt8] {
    var values = Array(octets.dropLast(4))
    values[place] = value
    let sequence = EthernetFrameCheckSequence.value(of: values.octets)
    for index: UInt32 in 0..<4 {
      values.append(UInt8(truncatingIfNeeded: sequence >> (8 * index)))
    }
    return values
  }

  /// The octets of the coalescer, each of them 0 and 255: what is refused has its sentence.
  func testWhatIsRefused() throws {
    let nic = try nic()
    for segment in try segments(.tcp()).prefix(2) { nic.receive(segment) }
    let (octets, third) = (try nic.save(), try segments(.tcp())[2])
    var sentences: Set<String> = []
    for place in 16..<octets.count - 4 {
      for value: UInt8 in [0, 255] {
        let changed = changed(octets, place, value)
        do throws(RestoreError) {
          let again = try VirtualNIC(restoring: changed, capabilities: Self.capabilities)
          again.receive(third, at: time(5))
          again.advance(to: time(.max))
        } catch {
          sentences.insert(String("\(error)".prefix { !$0.isNumber && $0 != "," }))
        }
      }
    }
    for expected in [
      "a coalescer that coalesces nothing", "presence of a coalescer at octet ",
      "the rules hold no unit with these headers",
      "rsc.tcpTimestampOption of the coalescer at octet ",
      "the frames of a unit have no order", "the state at octet ",
    ] {
      XCTAssertTrue(sentences.contains(expected), "\(expected): \(sentences.sorted())")
    }
  }
}
