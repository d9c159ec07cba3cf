import Foundation
import FrameRecipes
import NetAdapterCore
import VirtualNIC
import WireFormats
import XCTest

/// The code of the article "Stop and go on".
final class StopAndGoOnTests: XCTestCase {
  private var capabilities: DeclaredCapabilities {
    var all = DeclaredCapabilities()
    all.gso = GsoCapabilities(
      layer3: .ipv4NoOptions, layer4: .tcpNoOptions, maximumOffloadSize: 64_000,
      minimumSegmentCount: 2, evtSetGso: { _, _ in })
    return all
  }

  private func frame() throws -> [UInt8] {
    try FrameRecipe(
      network: .ipv4(from: "192.0.2.1", to: "192.0.2.2"), transport: .tcp(from: 1, to: 2),
      payload: .counting(5_000)
    ).octets
  }

  func testTheRunGoesOn() throws {
    let sink = QueueLink()
    let wire = ImpairedLink(
      try Impairments {
        $0.lossRate = 0.2
        $0.delay = 50_000
      }, seed: 7, next: sink)
    let nic = try VirtualNIC(macAddress: MACAddress(0x02_00_00_00_00_01), mtu: 1_500, link: wire)
    if let gso = capabilities.gso { try nic.adapter.setGsoCapabilities(gso) }
    try nic.start()
    let queue = try nic.makeTransmitQueue(ringSize: 16, packetsPerAdvance: 1)
    for tag in 0..<3 {
      XCTAssertTrue(try queue.post(frame(), TransmitRequest(segmentSize: 1_000), tag: tag))
    }
    try queue.advance()
    let checkpoint = (
      nic: try nic.save(), queue: try queue.save(), wire: try wire.save(), sink: sink.save()
    )
    let expected = try finish(nic, queue, wire, sink)
    XCTAssertEqual(try restoreAndFinish(checkpoint), expected)
    XCTAssertTrue(expected.contains("3 frames: 0 whole, 3 hardware"), expected)
  }

  private func restoreAndFinish(
    _ checkpoint: (nic: [UInt8], queue: [UInt8], wire: [UInt8], sink: [UInt8])
  ) throws -> String {
    var inbox: [[UInt8]] = []
    let sink = try QueueLink(restoring: checkpoint.sink)
    let wire = try ImpairedLink(restoring: checkpoint.wire, next: sink)
    let nic = try VirtualNIC(
      restoring: checkpoint.nic, capabilities: capabilities, link: wire)
    nic.onReceive = { frame, metadata, time in inbox.append(frame.array()) }
    let queue = try nic.restoreTransmitQueue(checkpoint.queue)
    nic.receive(try frame())
    XCTAssertEqual(inbox.count, 1)
    return try finish(nic, queue, wire, sink)
  }

  /// Sends the rest, and describes all of it.
  private func finish(
    _ nic: VirtualNIC, _ queue: TransmitFrameQueue, _ wire: ImpairedLink, _ sink: QueueLink
  ) throws -> String {
    var text = ""
    for step in 0..<5 {
      try queue.advance(at: VirtualTime(nanoseconds: UInt64(step) * 10_000))
      while let done = queue.takeCompleted() { text += "\(done.tag): \(done.report)\n" }
      wire.advance(to: VirtualTime(nanoseconds: UInt64(step) * 30_000))
      for frame in sink.takeAll() {
        text +=
          "\(frame.time.nanoseconds): \(frame.octets.count) octets, \(frame.octets.hashValue)\n"
      }
    }
    return text + queue.counters.description + "\(wire.counters)"
  }

  /// Every line of the article's code is a line of this file.
  func testTheCodeOfTheArticle() throws {
    let here = URL(fileURLWithPath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let article = root.appendingPathComponent("Sources/VirtualNIC/VirtualNIC.docc/StopAndGoOn.md")
    guard let text = try? String(contentsOf: article, encoding: .utf8) else {
      throw XCTSkip("no sources at \(article.path)")
    }
    func lines(_ text: some StringProtocol) -> [String] {
      text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let compiled = Set(lines(try String(contentsOf: here, encoding: .utf8)))
    let code = text.matches(of: /(?s)```swift\n(.*?)```/).flatMap { lines($0.output.1) }
    XCTAssertGreaterThan(code.count, 8)
    for line in code { XCTAssertTrue(compiled.contains(line), "not compiled: \(line)") }
  }
}
