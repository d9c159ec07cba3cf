import TestSupport
import VirtualNICTesting
import WireFormats
import XCTest

/// What runs once for every frame must not touch the heap.
final class AllocationTests: XCTestCase {
  private let frames: [[UInt8]] = {
    let profile = RecipeProfile {
      $0.allowsTunnels = true
      $0.links = [.ethernet]
      $0.largeOneIn = 1_000
    }
    var generator = RecipeGenerator(SeededGenerator(seed: 3), profile: profile)
    let sound = (0..<50).map { _ in generator.next().recipe.build() }
    // Errors are on the way of every frame as well.
    return sound + sound.map { Array($0.prefix($0.count / 3)) } + [[], zeros(14)]
  }()

  /// Counts the second of two runs, so that what is set up once does not show.
  private func assertNone(line: UInt = #line, _ body: () throws -> Void) throws {
    _ = try allocations(during: body)
    guard let count = try allocations(during: body) else {
      throw XCTSkip("allocations are not counted in this build")
    }
    XCTAssertEqual(count, 0, line: line)
  }

  func testLayout() throws {
    let frames = frames
    var found = 0
    try assertNone {
      // By index: in debug builds, each step of an array's iterator allocates.
      for index in frames.indices {
        if hasTransport(frames[index], .none) { found += 1 }
        if hasTransport(frames[index], .wellKnown) { found += 1 }
      }
    }
    XCTAssertGreaterThan(found, 100)
  }

  private func hasTransport(_ frame: [UInt8], _ tunnels: TunnelRecognition) -> Bool {
    do throws(WireError) {
      return try PacketLayout(parsing: frame.octets, tunnels: tunnels).transport != nil
    } catch {
      return false
    }
  }

  func testInnerNetworkOffset() throws {
    let frame = FrameRecipe(payload: Payload(count: 100), encapsulation: Encapsulation()).build()
    var found = 0
    try assertNone {
      for offset in 0...frame.count {
        let layout = try? PacketLayout(parsing: frame.octets, innerNetworkOffset: offset)
        if layout?.tunnel != nil { found += 1 }
      }
    }
    XCTAssertGreaterThan(found, 1)
  }

  func testTransportChecksum() throws {
    let pairs = frames.compactMap { frame in
      (try? PacketLayout(parsing: frame, tunnels: .wellKnown)).map { (frame, $0) }
    }
    var found = 0
    try assertNone {
      for index in pairs.indices {
        let (frame, layout) = pairs[index]
        if layout.transportChecksum(of: frame.octets) != nil { found += 1 }
      }
    }
    XCTAssertGreaterThan(found, 50)
  }

  func testInternetChecksum() throws {
    let data = Payload(count: 9_001).octets()
    var target = zeros(9_001)
    var total: UInt16 = 0
    try assertNone {
      var sum = InternetChecksum.pseudoHeader(
        source: IPv4Address(1), destination: IPv4Address(2), protocol: .tcp, length: data.count)
      sum.add(data.octets)
      sum.add(data)
      var span = target.mutableSpan
      // SAFETY: every octet pattern is a valid octet.
      var octets = unsafe span.mutableBytes
      sum.addCopying(data.octets, to: &octets)
      var other = InternetChecksum()
      other.add(7 as UInt16)
      sum.combine(other)
      total &+= sum.checksum
    }
    XCTAssertTrue(target == data)
    XCTAssertNotEqual(total, 1)
  }

  func testHeadersAndOptions() throws {
    let segment = hex(
      "0102 0304 0506 0708 090A 0B0C 8018 0F10 1112 1314 0101 080A 0102 0304 0506 0708")
    let virtio = VirtioNetHeader().octets()
    var found = 0
    try assertNone {
      let header = try TCPHeader(segment.octets)
      var cursor = header.optionCursor
      while let option = cursor.next() { found += option.dataRange.count }
      found += Int(try VirtioNetHeader(parsing: virtio.octets).gsoSize)
    }
    XCTAssertEqual(found % 8, 0)
    XCTAssertGreaterThan(found, 0)
  }
}
