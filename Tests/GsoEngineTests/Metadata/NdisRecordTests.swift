import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// Frames as NDIS hands them over: IP length 0, header checksum 0, a partial checksum without the
/// length.
final class NdisRecordTests: XCTestCase {
  private func recipe(_ network: Network, _ transport: Transport, _ count: Int) -> FrameRecipe {
    var recipe = FrameRecipe(
      network: network, transport: transport, payload: Payload(count: count),
      checksum: .pseudoHeaderWithoutLength)
    recipe.network.ipv4?.identification = 0x7FFE
    recipe.network.ipv4?.length = .zero
    recipe.network.ipv4?.headerChecksum = .zero
    recipe.network.ipv6?.length = .zero
    return recipe
  }

  private func segmented(
    _ recipe: FrameRecipe, _ kind: NdisOffloadRecord.Kind, mss: Int = 1_000, offset: Int? = nil,
    rules: SegmentationRules = .ndis
  ) -> Result<[[UInt8]], SegmentationError> {
    let record = NdisOffloadRecord(
      kind, maximumSegmentSize: mss, headerOffset: offset ?? recipe.layout.transportOffset)
    let frame = recipe.build()
    return Result { () throws(SegmentationError) in
      try SegmentationPlan(of: frame, describedBy: record, rules: rules).frames(of: frame)
    }
  }

  private func assertSegments(
    _ recipe: FrameRecipe, _ kind: NdisOffloadRecord.Kind, _ rule: ReferenceRules.Identification,
    line: UInt = #line
  ) throws {
    let options = ReferenceRules {
      $0.identification = rule
      $0.zeroUDPChecksum = recipe.network.isIPv6 ? .computeAnyway : .copied
    }
    let expected = referenceSegments(of: recipe, segmentSize: 1_000, rules: options)
    let actual = try segmented(recipe, kind).get()
    XCTAssertNil(firstDifference(expected: expected, actual: actual), line: line)
    XCTAssertEqual(actual.flatMap { frameFaults($0) }, [], line: line)
  }

  func testLargeSendVersion1() throws {
    var recipe = recipe(.ipv4(), .tcp(), 3_001)
    try assertSegments(recipe, .largeSendV1, .incrementing15)
    recipe.network.ipv4?.length = .exact
    try assertSegments(recipe, .largeSendV1, .incrementing15)
    recipe.trailerCount = 6
    try assertSegments(recipe, .largeSendV1, .incrementing15)
  }

  func testLargeSendVersion2() throws {
    let options = IPv4Recipe { $0.options = [IPv4Option.routerAlert] }
    let extensions = IPv6Recipe { $0.extensions = [.hopByHop(), .destinationOptions()] }
    let times = TCPRecipe {
      $0.flags = TCPFlag.ack | TCPFlag.psh | TCPFlag.fin | TCPFlag.cwr
      $0.options = [TCPOption.noOperation, TCPOption.noOperation, TCPOption.timestamps(1, 2)]
    }
    for network in [Network.ipv4(), .ipv4(options)] {
      try assertSegments(recipe(network, .tcp(times), 3_001), .largeSendV2(.ipv4), .incrementing15)
    }
    for network in [Network.ipv6(), .ipv6(extensions)] {
      try assertSegments(recipe(network, .tcp(times), 3_001), .largeSendV2(.ipv6), .incrementing15)
    }
  }

  func testLargeSendBeyond64KiB() throws {
    try assertSegments(recipe(.ipv4(), .tcp(), 200_000), .largeSendV2(.ipv4), .incrementing15)
    try assertSegments(recipe(.ipv6(), .tcp(), 200_000), .largeSendV2(.ipv6), .incrementing15)
  }

  func testUDPSegmentation() throws {
    try assertSegments(recipe(.ipv4(), .udp(), 3_000), .udpSegmentation(.ipv4), .incrementing16)
    try assertSegments(recipe(.ipv6(), .udp(), 3_000), .udpSegmentation(.ipv6), .incrementing16)
    var lengthless = recipe(.ipv4(), .udp(), 3_000)
    lengthless.transport.udp?.length = .zero
    try assertSegments(lengthless, .udpSegmentation(.ipv4), .incrementing16)
  }

  func testUnusedUDPChecksumStaysSo() throws {
    var recipe = recipe(.ipv4(), .udp(), 3_000)
    recipe.checksum = .zero
    try assertSegments(recipe, .udpSegmentation(.ipv4), .incrementing16)
    for frame in try segmented(recipe, .udpSegmentation(.ipv4)).get() {
      XCTAssertEqual(Array(frame[40..<42]), [0, 0])
    }
    recipe.network = .ipv6()
    try assertSegments(recipe, .udpSegmentation(.ipv6), .incrementing16)
  }

  func testIdentificationWraps() throws {
    func run(_ recipe: FrameRecipe, _ kind: NdisOffloadRecord.Kind, _ rules: SegmentationRules)
      throws -> [UInt16]
    {
      try segmented(recipe, kind, rules: rules).get().map { UInt16($0[18]) << 8 | UInt16($0[19]) }
    }
    let tcp = recipe(.ipv4(), .tcp(), 4_000)
    XCTAssertEqual(try run(tcp, .largeSendV2(.ipv4), .ndis), [0x7FFE, 0x7FFF, 0, 1])
    XCTAssertEqual(try run(tcp, .largeSendV1, .ndis), [0x7FFE, 0x7FFF, 0, 1])
    // The page on combining task offloads says sixteen bits.
    var wide = SegmentationRules.ndis
    wide.tcpIdentification = .incrementing16
    XCTAssertEqual(try run(tcp, .largeSendV2(.ipv4), wide), [0x7FFE, 0x7FFF, 0x8000, 0x8001])
    var udp = recipe(.ipv4(), .udp(), 4_000)
    XCTAssertEqual(
      try run(udp, .udpSegmentation(.ipv4), .ndis), [0x7FFE, 0x7FFF, 0x8000, 0x8001])
    udp.network.ipv4?.identification = 0xFFFE
    XCTAssertEqual(try run(udp, .udpSegmentation(.ipv4), .ndis), [0xFFFE, 0xFFFF, 0, 1])
  }

  func testRecordsThatDoNotFitAreRefused() {
    let version: [NetworkLayout.Version] = [.ipv4, .ipv6]
    let kinds: [NdisOffloadRecord.Kind] =
      [.largeSendV1] + version.map { .largeSendV2($0) } + version.map { .udpSegmentation($0) }
    let frames: [(FrameRecipe, NetworkLayout.Version, IPProtocol, fitting: [Int])] = [
      (recipe(.ipv4(), .tcp(), 3_000), .ipv4, .tcp, [0, 1]),
      (recipe(.ipv6(), .tcp(), 3_000), .ipv6, .tcp, [2]),
      (recipe(.ipv4(), .udp(), 3_000), .ipv4, .udp, [3]),
      (recipe(.ipv6(), .udp(), 3_000), .ipv6, .udp, [4]),
    ]
    for (recipe, version, transport, fitting) in frames {
      for index in kinds.indices {
        let error = refusal(segmented(recipe, kinds[index]))
        let mismatch = MetadataError.recordMismatch(version: version, transport: transport)
        XCTAssertEqual(error, fitting.contains(index) ? nil : .metadata(mismatch))
      }
    }
  }

  func testHeaderOffsetMustBeTheTransportHeader() {
    for offset in [0, 14, 33, 35, 54, 1_023] {
      XCTAssertEqual(
        refusal(segmented(recipe(.ipv4(), .tcp(), 3_000), .largeSendV2(.ipv4), offset: offset)),
        .metadata(.transportHeaderOffset(found: offset, expected: 34)))
    }
  }

  func testSegmentSizeOfZeroIsRefused() {
    for mss in [Int.min, -1, 0, 0x10_0000] {
      XCTAssertEqual(
        refusal(segmented(recipe(.ipv4(), .tcp(), 3_000), .largeSendV2(.ipv4), mss: mss)),
        .segmentSizeOutOfRange(mss))
    }
  }
}
