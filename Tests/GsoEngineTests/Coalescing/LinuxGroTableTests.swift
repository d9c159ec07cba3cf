import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// The table of the Linux kernel's own test of GRO (`tools/testing/selftests/net/lib/gro.c`).
///
/// That test retries each row up to six times, because its time is real. Here each row passes at
/// once, over IPv4, over IPv6 and in IP in IP.
final class LinuxGroTableTests: XCTestCase {
  private static let tunnel = Encapsulation.ipInIP()

  /// One conversation for each kind of packet that the kernel's test has.
  private var flows: [Conversation] {
    [
      Conversation(.ipv4()), Conversation(.ipv6()),
      Conversation(.ipv4(), encapsulation: Self.tunnel),
      Conversation(.ipv6(), encapsulation: Self.tunnel),
    ]
  }

  private typealias Change = (inout FrameRecipe) -> Void

  /// Sends frames of these lengths, those `at` changed, and compares the payloads that come out.
  private func check(
    _ lengths: [Int], _ expected: [Int], at changed: Set<Int> = [], only: [Conversation]? = nil,
    rules: CoalescingRules = .linux, line: UInt = #line, _ change: Change = { _ in }
  ) throws {
    for var flow in only ?? flows {
      let frames = lengths.enumerated().map { index, length in
        flow.next(length) { if changed.contains(index) { change(&$0) } }
      }
      let units = try coalesced(frames, CoalescingRequest(rules: rules))
      XCTAssertEqual(units.payloads, expected, "\(flow.recipe.network)", line: line)
      XCTAssertEqual(units.inputs.flatMap { $0 }, Array(frames.indices), line: line)
    }
  }

  private var ipv4: [Conversation] { [flows[0]] }
  private var ipv6: [Conversation] { [flows[1]] }

  func testData() throws {
    try check([100, 100], [200])
    try check([100, 50], [150])
    try check([100, 1], [101])
    try check([50, 100], [50, 100])
  }

  /// `data_burst`: two pairs with 100 ms between them.
  func testBurst() throws {
    for var flow in flows {
      var request = CoalescingRequest(rules: .linux, window: 1_000_000)
      request.flowCapacity = 1
      var coalescer = try Coalescer(request)
      var payloads: [Int] = []
      for time in [0, 10, 100_000_000, 100_000_010] as [UInt64] {
        coalescer.receive(flow.next(100).octets, at: time) {
          payloads += [CoalescedFrame($0)].payloads
        }
      }
      XCTAssertEqual(coalescer.nextDeadline, 101_000_000)
      coalescer.advance(to: 101_000_000) { payloads += [CoalescedFrame($0)].payloads }
      XCTAssertEqual(payloads, [200, 200])
    }
  }

  /// `ack`: duplicate pure acknowledgements.
  func testPureAcknowledgements() throws {
    try check([0, 0, 0], [0, 0, 0])
  }

  func testFlags() throws {
    try check([100, 100, 100, 100, 100], [300, 200], at: [2]) { $0.tcp.flags.insert(.psh) }
    for flag in [TCPFlag.syn, .rst, .urg] {
      try check([100, 100, 0, 100, 100], [200, 0, 200], at: [2]) { $0.tcp.flags.insert(flag) }
    }
  }

  /// `flags_cwr`: one segment, two with CWR, two without.
  ///
  /// Kernels that know accurate ECN merge segments with CWR with each other; the recorded 6.18 does
  /// not yet, nor do older ones.
  func testCongestionWindowReduced() throws {
    let lengths = [100, 100, 100, 100, 100]
    let cwr: Change = { $0.tcp.flags.insert(.cwr) }
    try check(lengths, [100, 200, 200], at: [1, 2], rules: .linuxAccurateECN, cwr)
    try check(lengths, [100, 100, 100, 200], at: [1, 2], rules: .linux, cwr)
  }

  func testTCPFields() throws {
    for var flow in flows {
      let first = flow.next(100)
      let wrong = flow.next(100) { $0.checksum = .wrong }
      let units = try coalesced([first, wrong])
      XCTAssertEqual(units.payloads, [100, 100])
      // A wrong checksum overtakes what is held.
      XCTAssertEqual(units.inputs, [[1], [0]])
    }
    try check([100, 100], [100, 100], at: [1]) { $0.tcp.sequenceNumber += 1 }
    for var flow in flows {
      let stamps = [0, 0, 2, 3, 4].map { TCPOption.timestamps($0, 0) }
      let frames = stamps.map { stamp in flow.next(100) { $0.tcp.options = [stamp] } }
      XCTAssertEqual(try coalesced(frames).payloads, [200, 100, 100, 100])
    }
    try check([100, 100, 100], [200, 100], at: [2]) { $0.tcp.options = [.maximumSegmentSize(9)] }
  }

  func testIPFields() throws {
    try check([100, 100], [100, 100], at: [1]) {
      $0.network.ipv4?.typeOfService = 1
      $0.network.ipv6?.trafficClass = 1
    }
    try check([100, 100], [100, 100], at: [1]) {
      $0.network.ipv4?.typeOfService = 8
      $0.network.ipv6?.trafficClass = 8
    }
    try check([100, 100], [100, 100], at: [1]) {
      $0.network.ipv4?.timeToLive -= 1
      $0.network.ipv6?.hopLimit -= 1
    }
    try check([100, 100, 100], [100, 100, 100], at: [0, 1, 2], only: ipv4) {
      $0.network.ipv4?.options = [.routerAlert]
    }
    try check([100, 100], [-1, -1], at: [0, 1], only: ipv4) {
      $0.network.ipv4?.moreFragments = true
    }
  }

  func testIdentifications() throws {
    for isFixed in [true, false] {
      for dontFragment in [true, false] {
        let identifications: [UInt16] = isFixed ? [7, 7] : [7, 8]
        XCTAssertEqual(try payloads(identifications, dontFragment), [200])
      }
    }
    XCTAssertEqual(try payloads([7, 8, 8], true), [200, 100], "incrementing, then fixed")
    XCTAssertEqual(try payloads([7, 7, 8], true), [200, 100], "fixed, then incrementing")
  }

  private func payloads(_ identifications: [UInt16], _ dontFragment: Bool) throws -> [Int] {
    var flow = flows[0]
    return try coalesced(
      identifications.map { identification in
        flow.next(100) {
          $0.network.ipv4?.identification = identification
          $0.network.ipv4?.dontFragment = dontFragment
        }
      }
    ).payloads
  }

  func testExtensionHeaders() throws {
    let padding = ExtensionHeader.destinationOptions([1, 4, 0, 0, 0, 0])
    try check([100, 100], [200], at: [0, 1], only: ipv6) {
      $0.network.ipv6?.extensions = [padding]
    }
    for var flow in ipv6 {
      let frames = [UInt8(0), 1].map { value in
        flow.next(100) {
          $0.network.ipv6?.extensions = [.destinationOptions([0x1E, 4, 0, 0, 0, value])]
        }
      }
      XCTAssertEqual(try coalesced(frames).payloads, [100, 100])
    }
    // Frames with a fragment header have no transport header that could be compared.
    var flow = flows[1]
    let frames = (0..<4).map { index in
      flow.next(100) { if index > 1 { $0.network.ipv6?.extensions = [.fragment()] } }
    }
    let units = try coalesced(frames)
    XCTAssertEqual(units.inputs, [[2], [3], [0, 1]], "fragments overtake")
    XCTAssertEqual(units[2].octets.count, 14 + 40 + 20 + 200)
  }

  /// `large_max` and `large_rem`, with an MTU of 4096.
  func testLargestPackets() throws {
    for flow in flows[0...1] {
      let headers = flow.headerLength - 14
      let (size, most) = (4_096 - headers, 65_535 - headers)
      let (count, rest) = most.quotientAndRemainder(dividingBy: size)
      let segments = [Int](repeating: size, count: count)
      try check(segments + [rest, rest], [most, rest], only: [flow])
      // The last segment starts where it would if the one before it were as long as the others.
      let more = [rest + 1, rest + 1]
      try check(
        segments + more, [most - rest] + more, at: [segments.count + 1], only: [flow]
      ) { $0.tcp.sequenceNumber += UInt32(size - rest - 1) }
    }
  }

  /// `capacity`: two packets of each of so many flows.
  func testCapacity() throws {
    for count in [1, 8, 16, 32, 64, 100] {
      var flows = (0..<count).map { index in
        Conversation(.ipv4(), .tcp(from: UInt16(2_000 + index)))
      }
      var frames: [[UInt8]] = []
      for _ in 0..<2 { for index in flows.indices { frames.append(flows[index].next(100)) } }
      var request = CoalescingRequest()
      request.flowCapacity = count
      XCTAssertEqual(
        try coalesced(frames, request).payloads, [Int](repeating: 200, count: count), "\(count)")
    }
  }
}
