import NetAdapterCore
import XCTest

/// The samples of the page, when they run.
final class SeedPageSampleTests: XCTestCase {
  private typealias Samples = SeedPageSamples

  /// The context of the second sample when these offloads are active.
  private func context(_ names: Set<String>) -> SeedPageSamples.MyNetAdapterContext {
    var context = SeedPageSamples.MyNetAdapterContext()
    if names.contains("lso4") { context.lsov4 = .enabled }
    if names.contains("lso6") { context.lsov6 = .enabled }
    if names.contains("uso4") { context.usov4 = .enabled }
    if names.contains("uso6") { context.usov6 = .enabled }
    context.hardwareChecksum = !names.isEmpty
    return context
  }

  /// As printed, with its stray semicolon, the first sample declares LSO and no USO.
  func testBehaviour7SampleAsPrintedDeclaresNoUso() throws {
    for world in World.all {
      let told = Samples.Context()
      let adapter = try world.makeAdapter(keywords: segmentationKeywords)
      try Samples.myAdapterSetOffloadCapabilities(
        adapter, evtAdapterOffloadSetGso: Samples.myEvtAdapterOffloadSetGso(told))
      let declared = try XCTUnwrap(adapter.declaredCapabilities.gso)
      XCTAssertEqual(declared.layer3, .all)
      XCTAssertEqual(declared.layer4, [.tcpNoOptions, .tcpWithOptions])
      XCTAssertFalse(declared.layer4.contains(.udp), "\(world)")
      XCTAssertEqual(declared.maximumOffloadSize, 64_000)
      XCTAssertEqual(declared.minimumSegmentCount, 2)
      XCTAssertEqual(declared.layer4HeaderOffsetLimit, 127)
      try adapter.start()
      // At start the framework of 21H2 tells the driver of USO nevertheless: software has it.
      let all = SegmentationKeywords.names
      XCTAssertEqual(told.value, context(world.is21H2 ? all : ["lso4", "lso6"]), "\(world)")
      try adapter.setOffloadParameters(OffloadParameters())
      XCTAssertEqual(told.value, context(["lso4", "lso6"]), "\(world), after a request")
    }
  }

  func testBehaviour7NumbersOfTheSampleAreActive() throws {
    let adapter = try makeAdapter()
    try Samples.myAdapterSetOffloadCapabilities(adapter) { _, _ in }
    try adapter.start()
    XCTAssertEqual(adapter.activeOffloads.lso.layer4HeaderOffsetLimit, 127)
    XCTAssertEqual(adapter.activeOffloads.lso.maximumOffloadSize, 64_000)
    XCTAssertEqual(adapter.activeOffloads.lso.minimumSegmentCount, 2)
  }

  /// The second sample stores each of the four queries, whichever of them are true.
  func testTheSecondSampleStoresWhatIsActive() throws {
    let members: [(String, WritableKeyPath<OffloadParameters, OffloadParameters.Switch>)] = [
      ("lso6", \.lsoV2IPv6), ("uso4", \.usoIPv4), ("uso6", \.usoIPv6),
    ]
    for world in World.all {
      let told = Samples.Context()
      let adapter = try world.makeAdapter(keywords: segmentationKeywords)
      try adapter.setGsoCapabilities(
        makeGso(evtSetGso: Samples.myEvtAdapterOffloadSetGso(told)))
      try adapter.start()
      for bits in 0..<16 {
        var request = OffloadParameters()
        var expected: Set<String> = []
        for (index, member) in members.enumerated() {
          let isOn = bits >> index & 1 != 0
          request[keyPath: member.1] = isOn ? .enabled : .disabled
          if isOn { expected.insert(member.0) }
        }
        let isLsoIPv4On = bits & 8 != 0
        request.lsoV1 = isLsoIPv4On ? .enabled : .disabled
        request.lsoV2IPv4 = request.lsoV1
        if isLsoIPv4On { expected.insert("lso4") }
        try adapter.setOffloadParameters(request)
        XCTAssertEqual(told.value, context(expected), "\(world), \(bits)")
      }
      try adapter.setOffloadParameters(OffloadParameters())
      try adapter.pauseOffloadCapabilities()
      XCTAssertEqual(told.value, context([]), "\(world), paused")
    }
  }
}
