import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Every stored property is in a state: one that is added and forgotten there fails.
final class StateFieldTests: XCTestCase {
  private func restored(_ nic: VirtualNIC) throws -> VirtualNIC {
    try VirtualNIC(restoring: nic.save(), memoryLimit: 1 << 40)
  }

  private func nic() throws -> VirtualNIC {
    try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_77), mtu: 1_400)
  }

  private func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }

  func testEveryRule() throws {
    let changes: [(inout SegmentationRules) -> Void] = [
      { $0.support = [.lsoIPv6] }, { $0.tcpIdentification = .fixed },
      { $0.udpIdentification = .incrementing15 }, { $0.congestionWindowReduced = .everySegment },
      { $0.zeroUDPChecksum = .copied }, { $0.shortLastDatagram = .refused },
      { $0.maximumTCPSegmentCount = 7 }, { $0.maximumUDPSegmentCount = nil },
      { $0.computedZeroUDPChecksum = .zero }, { $0.virtioZeroTCPChecksum = .zero },
      { $0.transportChecksum = .copied }, { $0.ipv4HeaderChecksum = .copied },
      { $0.ipv6PayloadLength = .withoutExtensionHeaders },
      { $0.outerUDPChecksumOverIPv4 = .zero }, { $0.refusedTCPFlags = [.urg] },
    ]
    XCTAssertEqual(changes.count, count(SegmentationRules()))
    for (index, change) in changes.enumerated() {
      let nic = try nic()
      change(&nic.rules)
      XCTAssertNotEqual(nic.rules, .linux, "\(index)")
      XCTAssertEqual(try restored(nic).rules, nic.rules, "\(index)")
    }
  }

  func testEveryRuleOfCoalescing() throws {
    let changes: [(inout CoalescingRules) -> Void] = [
      { $0.support = [.udpIPv6] }, { $0.flows = .addressesAndPorts }, { $0.tunnels = .opaque },
      { $0.extensionHeaders = .notCoalesced }, { $0.identification = .any },
      { $0.tcpHopLimit = .minimum }, { $0.udpHopLimit = .minimum },
      { $0.tcpSegmentLength = .any }, { $0.acknowledgment = .latest }, { $0.window = .latest },
      { $0.tcpOptions = .none }, { $0.mergedTCPFlags = [.ece] }, { $0.endingTCPFlags = [.urg] },
      { $0.startingTCPFlags = [] }, { $0.refusedTCPFlags = [.syn] },
      { $0.zeroUDPChecksum = .coalesced }, { $0.trailers = .removed },
      { $0.unusableFrames = .endUnit }, { $0.maximumTCPSegmentCount = .min },
      { $0.maximumUDPSegmentCount = nil }, { $0.maximumPacketLength = .max },
    ]
    XCTAssertEqual(changes.count, count(CoalescingRules()))
    for (index, change) in changes.enumerated() {
      let nic = try nic()
      nic.receiveCoalescing.rules = .linux
      change(&nic.receiveCoalescing.rules)
      XCTAssertNotEqual(nic.receiveCoalescing.rules, .linux, "\(index)")
      XCTAssertEqual(try restored(nic).receiveCoalescing, nic.receiveCoalescing, "\(index)")
    }
  }

  func testEveryPropertyOfTunnels() throws {
    let changes: [(inout TunnelRecognition) -> Void] = [
      { $0.vxlanPorts = [1, 2, 3, 4, 5, 6, 7, 8] }, { $0.genevePorts = [9] },
      { $0.vxlanGPEPorts = [] }, { $0.guePorts = [10] }, { $0.fouPorts = [11] },
      { $0.gtpUPorts = [12] }, { $0.ipTunnels = false }, { $0.linkHeaders = false },
    ]
    // One more is derived from the ports.
    XCTAssertEqual(changes.count + 1, count(TunnelRecognition.none))
    for (index, change) in changes.enumerated() {
      let nic = try nic()
      change(&nic.tunnels)
      XCTAssertNotEqual(nic.tunnels, .wellKnown)
      XCTAssertEqual(try restored(nic).tunnels, nic.tunnels, "\(index)")
    }
  }

  func testEveryPropertyOfTheLink() throws {
    let changes: [(inout LinkState) -> Void] = [
      { $0.media = .unknown }, { $0.duplex = .half }, { $0.pauseFunctions = .receiveOnly },
      { $0.autoNegotiation = [.duplex, .pauseFunctions] }, { $0.txLinkSpeed = .max },
      { $0.rxLinkSpeed = 5 },
    ]
    XCTAssertEqual(changes.count, count(LinkState()))
    for (index, change) in changes.enumerated() {
      let nic = try nic()
      var state = nic.adapter.linkState
      change(&state)
      try nic.adapter.setLinkState(state)
      XCTAssertEqual(try restored(nic).adapter.linkState, state, "\(index)")
    }
  }

  func testTheAdapter() throws {
    let nic = try nic()
    var transmit = TransmitCapabilities(maximumNumberOfQueues: 3)
    (transmit.payloadBackfill, transmit.maximumNumberOfFragments) = (4, 5)
    (transmit.fragmentBufferAlignment, transmit.fragmentRingNumberOfElementsHint) = (8, 16)
    XCTAssertEqual(count(transmit), 5)
    var receive = ReceiveCapabilities(maximumFrameSize: 1_600, maximumNumberOfQueues: 2)
    (receive.allocationMode, receive.attachmentMode) = (.driver, .driver)
    (receive.fragmentBufferAlignment, receive.fragmentRingNumberOfElementsHint) = (32, 64)
    XCTAssertEqual(count(receive), 6)
    try nic.adapter.setDatapathCapabilities(transmit: transmit, receive: receive)
    let speeds = LinkLayerCapabilities(maximumTxLinkSpeed: 1, maximumRxLinkSpeed: 2)
    XCTAssertEqual(count(speeds), 2)
    nic.adapter.setLinkLayerCapabilities(speeds)
    nic.adapter.setCurrentLinkLayerAddress(MACAddress(9))
    nic.adapter.setKeyword(name: "Ünknown", to: .string("ä\0b"))
    nic.adapter.setKeyword(.usoIPv4, to: .string("nonsense"))
    try nic.start()
    var request = OffloadParameters()
    request.lsoV1 = .disabled
    try nic.adapter.setOffloadParameters(request)
    let adapter = try restored(nic).adapter
    XCTAssertEqual(adapter.transmitCapabilities, transmit)
    XCTAssertEqual(adapter.receiveCapabilities, receive)
    XCTAssertEqual(adapter.linkLayerCapabilities, speeds)
    XCTAssertEqual(adapter.currentLinkLayerAddress, MACAddress(9))
    XCTAssertEqual(adapter.permanentLinkLayerAddress, MACAddress(0x02_00_00_00_00_77))
    XCTAssertEqual(adapter.linkLayerMtuSize, 1_400)
    XCTAssertEqual(adapter.keywords, nic.adapter.keywords)
    XCTAssertEqual(adapter.keywords[name: "ünknown"], .string("ä\0b"))
    XCTAssertEqual(adapter.keywordIssues, nic.adapter.keywordIssues)
    XCTAssertFalse(adapter.keywordIssues.isEmpty)
    XCTAssertEqual(adapter.requestedOffloads, request)
    XCTAssertEqual(adapter.state, .started)
    XCTAssertEqual(adapter.stackOffloads, nic.adapter.stackOffloads)
    XCTAssertEqual(adapter.offeredOffloads, nic.adapter.offeredOffloads)
    XCTAssertEqual(adapter.registeredExtensions, nic.adapter.registeredExtensions)
  }

  func testEveryMemberOfARequest() throws {
    var request = OffloadParameters()
    request.ipv4Checksum = .disabled
    request.tcpIPv4Checksum = .txEnabled
    request.udpIPv4Checksum = .rxEnabled
    request.tcpIPv6Checksum = .enabled
    request.udpIPv6Checksum = .disabled
    request.lsoV1 = .enabled
    request.lsoV2IPv4 = .enabled
    request.lsoV2IPv6 = .disabled
    request.usoIPv4 = .enabled
    request.usoIPv6 = .disabled
    request.rscIPv4 = .enabled
    request.rscIPv6 = .disabled
    XCTAssertEqual(count(request), 13)
    let nic = try nic()
    try nic.start()
    try nic.adapter.setOffloadParameters(request)
    XCTAssertEqual(try restored(nic).adapter.requestedOffloads, request)
  }

  /// A request that is refused reads the keywords and leaves what is active.
  func testKeywordsThatWereReadAndHadNoEffect() throws {
    let gso = GsoCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: .tcpNoOptions,
      maximumOffloadSize: 2_000, minimumSegmentCount: 2, evtSetGso: { _, _ in })
    let nic = try nic()
    try nic.adapter.setGsoCapabilities(gso)
    try nic.start()
    nic.adapter.setKeyword(.lsoV2IPv4, to: .string("0"))
    var request = OffloadParameters()
    (request.lsoV2IPv4, request.skipsRegistryUpdate) = (.enabled, true)
    XCTAssertThrowsError(try nic.adapter.setOffloadParameters(request))
    XCTAssertTrue(nic.adapter.activeOffloads.isLsoIPv4Enabled)
    var capabilities = DeclaredCapabilities()
    capabilities.gso = gso
    let again = try VirtualNIC(restoring: nic.save(), capabilities: capabilities)
    XCTAssertEqual(again.adapter.activeOffloads, nic.adapter.activeOffloads)
    XCTAssertEqual(again.adapter.stackOffloads, nic.adapter.stackOffloads)
  }

  /// Other hardware, declared after a stop, and not yet started.
  func testHardwareThatWasDeclaredAfterAStop() throws {
    var capabilities = DeclaredCapabilities()
    capabilities.gso = GsoCapabilities(
      layer3: [.ipv4NoOptions, .ipv6NoExtensions], layer4: .tcpNoOptions,
      maximumOffloadSize: 2_000, minimumSegmentCount: 2, evtSetGso: { _, _ in })
    let nic = try nic()
    if let gso = capabilities.gso { try nic.adapter.setGsoCapabilities(gso) }
    try nic.start()
    try nic.stop()
    capabilities.gso?.layer3 = .ipv6NoExtensions
    if let gso = capabilities.gso { try nic.adapter.setGsoCapabilities(gso) }
    let again = try VirtualNIC(restoring: nic.save(), capabilities: capabilities)
    try again.start()
    XCTAssertTrue(again.adapter.activeOffloads.isLsoIPv6Enabled)
    XCTAssertFalse(again.adapter.activeOffloads.isLsoIPv4Enabled)
  }

  func testReceiving() throws {
    let nic = try nic()
    XCTAssertEqual(count(nic.receiveCoalescing), 4)
    nic.receiveCoalescing.rules = .linux
    nic.receiveCoalescing.window = 5
    nic.receiveCoalescing.flowCapacity = 65_000
    nic.receiveCoalescing.checksum = .zero
    nic.receiveFilter = ReceiveFilter(
      [.multicast, .broadcast], multicastAddresses: [MACAddress(1 << 40), MACAddress(3 << 40)])
    let again = try restored(nic)
    XCTAssertEqual(again.receiveCoalescing, nic.receiveCoalescing)
    XCTAssertEqual(again.receiveFilter, nic.receiveFilter)
    nic.receiveFilter = nil
    XCTAssertNil(try restored(nic).receiveFilter)
  }

  func testFaultsOfAWire() throws {
    let faults = try Impairments {
      $0.lossRate = 0.1
      $0.duplicationRate = 0.2
      $0.corruptionRate = 0.3
      $0.reorderingRate = 0.4
      $0.reorderingDelay = 5
      $0.delay = 6
      $0.bandwidth = 7
    }
    XCTAssertEqual(count(Impairments.Values()), 7)
    let wire = ImpairedLink(faults, seed: 1, next: QueueLink())
    for _ in 0..<50 { wire.send([1, 2, 3]) }
    let again = try ImpairedLink(restoring: wire.save(), next: QueueLink())
    XCTAssertEqual(again.impairments, faults)
    XCTAssertEqual(again.counters, wire.counters)
    XCTAssertEqual(again.nextArrival, wire.nextArrival)
  }

  /// A counter that is new needs a place in a state, and a new number here.
  func testEveryCounterHasItsPlace() {
    XCTAssertEqual(count(NICCounters()), 22, "NICCounters+State.swift")
    XCTAssertEqual(
      count(ImpairedLink(Impairments(), seed: 1, next: QueueLink()).counters), 7,
      "ImpairedLink+State.swift")
    XCTAssertEqual(count(TransmitRequest()), 4, "TransmitFrameQueue+Save.swift")
    XCTAssertEqual(count(ReceivedMetadata()), 5, "ReceiveFrameQueue+State.swift")
  }

  /// Every reason for a drop and for software is in reports that a queue has not given out.
  func testReportsThatAreNotTaken() throws {
    let nic = try nic()
    var gso = GsoCapabilities(
      layer3: .ipv4NoOptions, layer4: .tcpNoOptions, maximumOffloadSize: 2_000,
      minimumSegmentCount: 3, evtSetGso: { _, _ in })
    gso.layer4HeaderOffsetLimit = 40
    try nic.adapter.setGsoCapabilities(gso)
    try nic.start()
    func frame(_ recipe: FrameRecipe, _ count: Int) -> [UInt8] {
      var recipe = recipe
      recipe.payload = Payload(seed: 1, count: count)
      return recipe.build()
    }
    let frames: [([UInt8], TransmitRequest)] = [
      ([], TransmitRequest()), ([1, 2, 3], TransmitRequest(segmentSize: 100)),
      (frame(FrameRecipe(transport: .tcp()), 3_000), TransmitRequest()),
      (frame(FrameRecipe(transport: .tcp()), 3_000), TransmitRequest(segmentSize: 1_000)),
      (frame(FrameRecipe(transport: .tcp()), 3_000), TransmitRequest(segmentSize: 1_390)),
      (frame(FrameRecipe(transport: .tcp()), 1_000), TransmitRequest(segmentSize: 600)),
      (frame(FrameRecipe(transport: .udp()), 3_000), TransmitRequest(segmentSize: 1_000)),
      (frame(FrameRecipe(transport: .udp()), 3_000), TransmitRequest(segmentSize: .toFit)),
      (
        frame(FrameRecipe(network: .ipv6(), transport: .tcp()), 1_500),
        TransmitRequest(segmentSize: 400)
      ),
      (frame(FrameRecipe(transport: .tcp()), 100), TransmitRequest(checksums: .transport)),
      (frame(FrameRecipe(transport: .tcp()), 1_900), TransmitRequest(segmentSize: 500)),
      (frame(FrameRecipe(transport: .tcp()), 0), TransmitRequest(segmentSize: -5)),
    ]
    let queue = try nic.makeTransmitQueue(ringSize: 64, frameCount: 3 * frames.count)
    for (octets, request) in frames { XCTAssertTrue(queue.post(octets, request)) }
    try queue.advance()
    // As for LSO version 2: lengths of 0, and trailers are cut off.
    queue.handOffLengths = .zero
    for (octets, request) in frames {
      XCTAssertTrue(queue.post(octets.isEmpty ? [] : octets + [9, 9, 9], request))
    }
    try queue.advance()
    try nic.adapter.pauseOffloadCapabilities()
    for (octets, request) in frames { XCTAssertTrue(queue.post(octets, request, tag: 1)) }
    try queue.advance()
    let octets = try queue.save()
    var capabilities = DeclaredCapabilities()
    capabilities.gso = gso
    let again = try VirtualNIC(restoring: nic.save(), capabilities: capabilities)
      .restoreTransmitQueue(octets)
    var reports: Set<String> = []
    for index in 0..<3 * frames.count {
      let done = try XCTUnwrap(queue.takeCompleted(), "\(index)")
      XCTAssertEqual(again.takeCompleted(), done, "\(index)")
      reports.insert("\(done.report)")
    }
    XCTAssertNil(again.takeCompleted())
    XCTAssertGreaterThan(reports.count, 10, "\(reports)")
  }
}
