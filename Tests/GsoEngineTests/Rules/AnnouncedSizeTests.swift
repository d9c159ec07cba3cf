import FrameRecipes
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// What the ends of TCP connections announce, and what that leaves of a segment (RFC 9293, section
/// 3.7.1).
final class AnnouncedSizeTests: XCTestCase {
  private typealias Options = [FrameRecipe.TCPOption]

  private let client = "192.0.2.1"
  private let server = "198.51.100.2"

  private func frame(
    fromServer: Bool, flags: FrameRecipe.TCPFlags, options: Options = [], isn: UInt32 = 7,
    payload: Int = 0, network: FrameRecipe.Network? = nil, port: UInt16 = 1_000
  ) throws -> [UInt8] {
    let network =
      network
      ?? .ipv4(
        from: .init(fromServer ? server : client), to: .init(fromServer ? client : server))
    return try FrameRecipe(
      network: network,
      transport: .tcp(
        from: fromServer ? 80 : port, to: fromServer ? port : 80, flags: flags, options: options
      ) { $0.sequenceNumber = isn },
      payload: .counting(payload)
    ).octets
  }

  private func learn(_ sizes: inout AnnouncedSegmentSizes, _ frame: [UInt8]) throws {
    sizes.learn(from: frame.octets, try PacketLayout(parsing: frame))
  }

  private func limit(_ sizes: inout AnnouncedSegmentSizes, _ frame: [UInt8]) throws -> Int? {
    sizes.maximumPayload(of: frame.octets, try PacketLayout(parsing: frame))
  }

  func testWithoutASYNNothingIsKnown() throws {
    var sizes = AnnouncedSegmentSizes()
    let data = try frame(fromServer: false, flags: .ack, payload: 3_000)
    try learn(&sizes, data)
    XCTAssertNil(try limit(&sizes, data))
    XCTAssertFalse(sizes.isExceeded(by: data.octets, try PacketLayout(parsing: data)))
    XCTAssertEqual(sizes.count, 0)
  }

  func testTheReceiversAnnouncementCounts() throws {
    var sizes = AnnouncedSegmentSizes()
    try learn(
      &sizes, frame(fromServer: false, flags: .syn, options: [.maximumSegmentSize(1_400)]))
    try learn(
      &sizes,
      frame(
        fromServer: true, flags: [.syn, .ack],
        options: [.noOperation, .windowScale(7), .maximumSegmentSize(947)]))
    XCTAssertEqual(
      try limit(&sizes, frame(fromServer: false, flags: .ack, payload: 3_000)), 947)
    XCTAssertEqual(
      try limit(&sizes, frame(fromServer: true, flags: .ack, payload: 3_000)), 1_400)
    // Another connection of the same computers.
    XCTAssertNil(
      try limit(&sizes, frame(fromServer: false, flags: .ack, payload: 3_000, port: 1_001)))
  }

  func testOptionsComeOffAndNeverLeaveLessThanEight() throws {
    let timestamps: Options = [.noOperation, .noOperation, .timestamps(1, 2)]
    let full: Options = [.other(30, [UInt8](repeating: 0, count: 38))]
    let routers = FrameRecipe.Network.ipv4(
      from: .init(client), to: .init(server), options: [.routerAlert, .routerAlert])
    for (announced, options, network, expected): (UInt16, Options, FrameRecipe.Network?, Int) in [
      (1_460, [], nil, 1_460), (1_460, timestamps, nil, 1_448), (1_460, timestamps, routers, 1_440),
      (536, full, nil, 496), (1, [], nil, 48), (1, timestamps, nil, 36), (1, full, nil, 8),
      (48, full, routers, 8), (65_535, [], nil, 65_535),
    ] {
      var sizes = AnnouncedSegmentSizes()
      try learn(
        &sizes,
        frame(fromServer: true, flags: [.syn, .ack], options: [.maximumSegmentSize(announced)]))
      let data = try frame(
        fromServer: false, flags: .ack, options: options, payload: 3_000, network: network)
      XCTAssertEqual(try limit(&sizes, data), expected, "\(announced), \(options)")
    }
  }

  func testASYNWithoutTheOptionMeansTheDefault() throws {
    let six = FrameRecipe.Network.ipv6(from: .init("2001:db8::1"), to: .init("2001:db8::2"))
    let back = FrameRecipe.Network.ipv6(from: .init("2001:db8::2"), to: .init("2001:db8::1"))
    for (options, name): (Options, String) in [
      ([], "none"), ([.windowScale(3)], "another"), ([.maximumSegmentSize(0)], "0"),
      ([.endOfList, .maximumSegmentSize(900)], "after the end"),
    ] {
      var sizes = AnnouncedSegmentSizes()
      try learn(&sizes, frame(fromServer: true, flags: [.syn, .ack], options: options))
      try learn(
        &sizes, frame(fromServer: true, flags: [.syn, .ack], options: options, network: back))
      let four = try frame(fromServer: false, flags: .ack, payload: 3_000)
      XCTAssertEqual(try limit(&sizes, four), 536, name)
      XCTAssertEqual(
        try limit(&sizes, frame(fromServer: false, flags: .ack, payload: 3_000, network: six)),
        1_220, name)
      let announcement = sizes.announcement(
        toSenderOf: four.octets, try PacketLayout(parsing: four))
      XCTAssertEqual(announcement?.isDefault, true, name)
    }
  }

  /// RFC 2675, section 5.1: 65,535 stands for "as much as the path takes".
  func testTheLargestSizeIsNoLimitOverIPv6() throws {
    let back = FrameRecipe.Network.ipv6(from: .init("2001:db8::2"), to: .init("2001:db8::1"))
    let there = FrameRecipe.Network.ipv6(from: .init("2001:db8::1"), to: .init("2001:db8::2"))
    var sizes = AnnouncedSegmentSizes()
    try learn(
      &sizes,
      frame(
        fromServer: true, flags: [.syn, .ack], options: [.maximumSegmentSize(65_535)], network: back
      ))
    let data = try frame(fromServer: false, flags: .ack, payload: 3_000, network: there)
    XCTAssertNil(try limit(&sizes, data))
    XCTAssertEqual(sizes.count, 1)
  }

  /// A repeated SYN belongs to the same connection, one with another number to the next.
  func testPortsAreUsedAgain() throws {
    var sizes = AnnouncedSegmentSizes()
    let data = try frame(fromServer: false, flags: .ack, payload: 3_000)
    let syn = try frame(fromServer: false, flags: .syn, isn: 1)
    try learn(&sizes, syn)
    try learn(
      &sizes, frame(fromServer: true, flags: [.syn, .ack], options: [.maximumSegmentSize(700)]))
    try learn(&sizes, syn)
    XCTAssertEqual(try limit(&sizes, data), 700)
    try learn(&sizes, frame(fromServer: false, flags: .syn, isn: 2))
    XCTAssertNil(try limit(&sizes, data), "what the first connection's server announced is over")
    try learn(
      &sizes, frame(fromServer: true, flags: [.syn, .ack], options: [.maximumSegmentSize(800)]))
    XCTAssertEqual(try limit(&sizes, data), 800)
  }

  /// 100,000 connections in the room of 20,000 ends: lately opened and lately used ones are known.
  func testMemoryIsBounded() throws {
    var sizes = AnnouncedSegmentSizes(capacity: 20_000)
    let syn = try frame(fromServer: true, flags: [.syn, .ack], options: [.maximumSegmentSize(600)])
    let data = try frame(fromServer: false, flags: .ack, payload: 3_000)
    let layout = try PacketLayout(parsing: data)
    let synLayout = try PacketLayout(parsing: syn)
    // The port and the last octets of the address make a connection.
    func numbered(_ frame: [UInt8], _ number: Int, port: Int, address: Int) -> [UInt8] {
      var frame = frame
      frame[port] = UInt8(truncatingIfNeeded: number >> 8)
      frame[port + 1] = UInt8(truncatingIfNeeded: number)
      frame[address] = UInt8(truncatingIfNeeded: number >> 16)
      return frame
    }
    let kept = numbered(data, 5, port: 34, address: 28)
    for number in 0..<100_000 {
      let frame = numbered(syn, number, port: 36, address: 32)
      sizes.learn(from: frame.octets, synLayout)
      XCTAssertLessThanOrEqual(sizes.count, 20_000)
      if number % 5_000 == 4_999 {
        XCTAssertEqual(sizes.maximumPayload(of: kept.octets, layout), 600, "in use: \(number)")
      }
    }
    for (number, expected) in [(99_999, 600), (95_000, 600), (6, nil), (50_000, nil)] {
      let frame = numbered(data, number, port: 34, address: 28)
      XCTAssertEqual(sizes.maximumPayload(of: frame.octets, layout), expected, "\(number)")
    }
  }

  /// 1,000 random conversations against a model that remembers everything.
  func testRandomConversationsAgreeWithAModel() throws {
    var random = SeededGenerator.fromEnvironment()
    for conversation in 0..<1_000 {
      var sizes = AnnouncedSegmentSizes()
      var known: [Bool: Int] = [:]  // by who announced: the server or the client
      for end in [false, true] where Int.random(in: 0..<5, using: &random) > 0 {
        let size = UInt16.random(in: 48...9_000, using: &random)
        let says = Int.random(in: 0..<4, using: &random) > 0
        known[end] = says ? Int(size) : 536
        try learn(
          &sizes,
          frame(
            fromServer: end, flags: end ? [.syn, .ack] : .syn,
            options: says ? [.sackPermitted, .maximumSegmentSize(size)] : [.sackPermitted]))
      }
      for _ in 0..<4 {
        let fromServer = Bool.random(using: &random)
        let stamps = Bool.random(using: &random)
        let payload = Int.random(in: 0...10_000, using: &random)
        let data = try frame(
          fromServer: fromServer, flags: .ack,
          options: stamps ? [.noOperation, .noOperation, .timestamps(1, 2)] : [], payload: payload)
        let expected = known[!fromServer].map { max(48, $0) - (stamps ? 12 : 0) }
        XCTAssertEqual(try limit(&sizes, data), expected, "conversation \(conversation)")
        XCTAssertEqual(
          sizes.isExceeded(by: data.octets, try PacketLayout(parsing: data)),
          expected.map { payload > $0 } ?? false, "conversation \(conversation)")
      }
    }
  }
}
