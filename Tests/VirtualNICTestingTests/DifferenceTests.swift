import FrameRecipes
import TestSupport
import VirtualNICTesting
import XCTest

/// `differences` and `firstDifference`: all fields that differ, by name, and only these.
final class DifferenceTests: XCTestCase {
  func testEveryFieldOfTCPOverIPv4() throws {
    let plain = FrameRecipe(payload: .counting(10))
    func names(_ change: (inout FrameRecipe) -> Void) throws -> [String] {
      var other = plain
      change(&other)
      let found = differences(expected: [try plain.octets], actual: [try other.octets])
      return found.map { "\($0.field) \($0.expected) \($0.found)" }
        .filter { !$0.contains("hecksum") }
    }
    let flags: [(FrameRecipe.TCPFlags, String)] = [
      (.fin, "fin"), (.syn, "syn"), (.rst, "rst"), (.psh, "psh"), (.urg, "urg"), (.ece, "ece"),
      (.cwr, "cwr"), (.ae, "ae"),
    ]
    for (flag, name) in flags {
      XCTAssertEqual(
        try names { $0.transport.tcp?.flags.insert(flag) }, ["tcp.\(name) 0 1"], name)
    }
    XCTAssertEqual(
      try names { $0.network.ipv4?.identification = 7 }, ["ipv4.identification 4660 7"])
    XCTAssertEqual(
      try names { $0.network.ipv4?.source = "192.0.2.9" }, ["ipv4.source 192.0.2.1 192.0.2.9"])
    XCTAssertEqual(try names { $0.network.ipv4?.dontFragment = false }, ["ipv4.dontFragment 1 0"])
    XCTAssertEqual(try names { $0.network.ipv4?.typeOfService = 3 }, ["ipv4.ecn 0 3"])
    XCTAssertEqual(
      try names { $0.transport.tcp?.sequenceNumber = 1 }, ["tcp.sequenceNumber 270544960 1"])
    XCTAssertEqual(try names { $0.payload = .repeating(0, count: 10) }, ["payload 0x01 0x00"])
    XCTAssertEqual(
      try names { $0.payload = .counting(12) }, ["ipv4.totalLength 50 52", "length 64 66"])
    XCTAssertEqual(
      try names { $0.link.destination = "02:00:00:00:00:99" },
      ["ethernet.destination 02:00:00:00:00:02 02:00:00:00:00:99"])
    XCTAssertEqual(
      try names { $0.link.tags = [5] }, ["ethernet.type 0x0800 0x8100", "length 64 68"],
      "what follows a field that moves the others is not compared")
    XCTAssertEqual(try names { _ in }, [])
  }

  func testListsOfFrames() throws {
    let frame = try FrameRecipe(payload: .counting(10)).octets
    var other = frame
    other[15] = 0x10
    XCTAssertEqual(
      firstDifference(expected: [frame, frame], actual: [frame, other])?.description,
      "frame 1, octet 15, ipv4.dscp: expected 0, found 4")
    XCTAssertEqual(
      firstDifference(expected: [frame, frame], actual: [frame]),
      FrameFault(frame: 1, field: "frames", expected: 2, found: 1))
    XCTAssertNil(firstDifference(expected: [frame], actual: [frame]))
    XCTAssertNil(firstDifference(expected: frame, actual: frame))
  }

  /// Any octet that differs shows, in every kind of frame.
  func testNoDifferenceIsOverlooked() throws {
    let random = SeededGenerator.fromEnvironment()
    var generator = RecipeGenerator(random, profile: .tunnels)
    var pick = random
    for _ in 0..<500 {
      let recipe = generator.next().recipe
      let link = recipe.outerLink.kind
      let frame = try recipe.octets
      var other = frame
      let at = pick.below(frame.count)
      other[at] ^= 1 << UInt8(pick.below(8))
      let found = differences(expected: [frame], actual: [other], link: link)
      XCTAssertEqual(found.count, 1, "octet \(at) of \(recipe)")
      XCTAssertEqual(differences(expected: [frame], actual: [frame], link: link), [])
      let cut = Array(frame[..<at])
      let short = differences(expected: [frame], actual: [cut], link: link)
      XCTAssertEqual(short.last?.field, "length", "\(at) octets of \(recipe)")
    }
  }
}
