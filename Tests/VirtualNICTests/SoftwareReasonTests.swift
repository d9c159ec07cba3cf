import GsoEngine
import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Which reason is given when several apply: the documented order, by taking away one obstacle
/// after the other.
final class SoftwareReasonTests: XCTestCase {
  private let recipe = FrameRecipe(
    network: .ipv4(IPv4Recipe { $0.options = [[1], [1], [1], [0]] }),
    transport: .tcp(TCPRecipe { $0.options = [[1], [1], [1], [0]] }),
    payload: Payload(seed: 1, count: 300))

  func testTheOrderForSegmentation() throws {
    var tunnelled = recipe
    tunnelled.encapsulation = Encapsulation(.gre())
    var plan = try SegmentationPlan(of: tunnelled.build(), request: .init(segmentSize: 100))
    var active = ActiveOffloads()
    var gso: GsoCapabilities?
    func reason() -> SoftwareReason.Kind? {
      switch OffloadDecision(for: plan, hardware: gso, active: active) {
      case .software(let reason): reason.kind
      case .hardware, .none: nil
      }
    }
    XCTAssertEqual(reason(), .noHardware)
    gso = GsoCapabilities(
      layer3: .ipv6NoExtensions, layer4: .udp, maximumOffloadSize: 299, minimumSegmentCount: 4,
      evtSetGso: nil)
    gso?.layer4HeaderOffsetLimit = 37
    XCTAssertEqual(reason(), .tunnel)
    plan = try SegmentationPlan(of: recipe.build(), request: .init(segmentSize: 100))
    XCTAssertEqual(reason(), .layer3)
    gso?.layer3 = .all
    XCTAssertEqual(reason(), .layer4)
    gso?.layer4 = .all
    XCTAssertEqual(reason(), .layer4HeaderOffset)
    gso?.layer4HeaderOffsetLimit = 38
    XCTAssertEqual(reason(), .notActive)
    (active.lso.layer3, active.lso.layer4) = (.ipv4, .tcp)
    XCTAssertEqual(reason(), .payload)
    gso?.maximumOffloadSize = 300
    XCTAssertEqual(reason(), .segmentCount)
    gso?.minimumSegmentCount = 3
    XCTAssertNil(reason())
  }

  func testTheOrderForChecksums() throws {
    var tunnelled = recipe
    tunnelled.encapsulation = Encapsulation(.gre())
    var layout = try PacketLayout(parsing: tunnelled.build().octets, tunnels: .wellKnown)
    var active = ActiveOffloads()
    var hardware: TxChecksumCapabilities?
    func reason() -> SoftwareReason.Kind? {
      let decision = ChecksumDecision(
        for: [.ipv4Header, .transport], layout: layout, hardware: hardware, active: active)
      if case .software(let reason) = decision { return reason.kind }
      return nil
    }
    XCTAssertEqual(reason(), .noHardware)
    hardware = TxChecksumCapabilities(layer3: .ipv6NoExtensions, evtSetTxChecksum: nil)
    hardware?.layer4 = .udp
    hardware?.layer3HeaderOffsetLimit = 13
    hardware?.layer4HeaderOffsetLimit = 37
    XCTAssertEqual(reason(), .tunnel)
    layout = try PacketLayout(parsing: recipe.build().octets, tunnels: .wellKnown)
    XCTAssertEqual(reason(), .layer4)
    hardware?.layer4 = .all
    XCTAssertEqual(reason(), .layer3)
    hardware?.layer3 = .all
    XCTAssertEqual(reason(), .layer4HeaderOffset)
    hardware?.layer4HeaderOffsetLimit = 38
    XCTAssertEqual(reason(), .layer3HeaderOffset)
    hardware?.layer3HeaderOffsetLimit = 14
    XCTAssertEqual(reason(), .notActive)
    active.txChecksum.ipv4.layer3 = .ipv4
    (active.txChecksum.tcp.layer3, active.txChecksum.tcp.layer4) = (.all, .tcp)
    XCTAssertNil(reason())
  }

  /// Every kind has a place of its own to be counted in.
  func testEveryReasonIsCounted() {
    var counters = NICCounters()
    for kind in SoftwareReason.Kind.allCases {
      XCTAssertEqual(counters.softwareFrames[kind], 0, "\(kind)")
      var one = NICCounters()
      one.softwareFrames = [kind: Int(kind.rawValue) + 1]
      counters = counters + one
    }
    let counts = counters.softwareFrames
    for kind in SoftwareReason.Kind.allCases {
      XCTAssertEqual(counts[kind], Int(kind.rawValue) + 1, "\(kind)")
    }
    let all = SoftwareReason.Kind.allCases.count
    XCTAssertEqual(counts.total, all * (all + 1) / 2)
    XCTAssertEqual(counts.nonzero.count, all)
  }
}
