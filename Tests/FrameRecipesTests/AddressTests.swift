import FrameRecipes
import XCTest

/// Addresses as text: what is one, and where a text stops being one.
final class AddressTests: XCTestCase {
  private func octets(_ address: FrameRecipe.Address) -> [UInt8]? { address.octets }

  func testTextBecomesOctets() {
    XCTAssertEqual(octets("02:00:00:00:00:01"), [2, 0, 0, 0, 0, 1])
    XCTAssertEqual(octets("FE-dc-BA-98-76-54"), [0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54])
    XCTAssertEqual(octets("192.0.2.1"), [192, 0, 2, 1])
    XCTAssertEqual(octets("::"), [UInt8](repeating: 0, count: 16))
    XCTAssertEqual(octets("::ffff:192.0.2.1")?.suffix(6), [255, 255, 192, 0, 2, 1])
    XCTAssertEqual(
      octets("2001:db8::1"), [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    XCTAssertEqual(octets("1:2:3:4:5:6:7::")?.suffix(4), [0, 7, 0, 0])
    let host = 9
    XCTAssertEqual(octets("192.0.2.\(host)"), [192, 0, 2, 9])
    XCTAssertEqual(octets([1, 2, 3, 4]), [1, 2, 3, 4])
    XCTAssertEqual("192.0.2.1" as FrameRecipe.Address, [192, 0, 2, 1])
  }

  func testDescriptionIsReadAgain() {
    for text in ["02:00:00:00:00:fe", "192.0.2.1", "2001:db8:0:0:0:0:0:1"] {
      XCTAssertEqual(FrameRecipe.Address(text).description, text)
    }
    XCTAssertEqual(FrameRecipe.Address("2001:db8::1").description, "2001:db8:0:0:0:0:0:1")
    XCTAssertEqual(FrameRecipe.Address("elsewhere").description, "elsewhere")
    XCTAssertEqual(FrameRecipe.Address([1, 2]).description, "[1, 2]")
  }

  /// Every message names the field, the text, the character and the reason.
  func testWrongTextSaysWhere() {
    let rows: [(text: String, says: String, line: UInt)] = [
      ("", "at character 1, the text ends, a decimal digit is missing", #line),
      ("192.0.2", "at character 8, the text ends, \".\" is missing", #line),
      ("192.0.2.", "at character 9, the text ends, a decimal digit is missing", #line),
      ("192.0.2.256", "at character 9, the number is larger than 255", #line),
      ("192.0.02.1", "at character 7, a decimal number must not start with 0", #line),
      ("192.0.2.1 ", "at character 10, \" \" where the end is expected", #line),
      ("192,0.2.1", "at character 4, \",\" where \".\" is expected", #line),
      ("192.0.2.x", "at character 9, \"x\" where a decimal digit is expected", #line),
      ("192.0.2.１", "at character 9, \"１\" where a decimal digit is expected", #line),
      ("-1.0.2.1", "at character 1, \"-\" where a decimal digit is expected", #line),
    ]
    for row in rows {
      assertFault(
        .ipv4(from: .init(row.text)),
        "network.source: \"\(row.text)\" is no IPv4 address: "
          + row.says, row.line)
    }
  }

  func testWrongIPv6TextSaysWhere() {
    let rows: [(text: String, says: String, line: UInt)] = [
      ("2001:db8::1::2", "at character 12, \"::\" may occur only once", #line),
      ("2001:db8", "at character 9, the text ends, \":\" is missing", #line),
      ("2001:db8:", "at character 10, the text ends, a hexadecimal digit is missing", #line),
      (":1::2", "at character 2, \"1\" where \":\" is expected", #line),
      ("1:2:3:4:5:6:7:8:9", "at character 17, there are more than 8 groups", #line),
      ("1:2:3:4::5:6:7:8", "at character 16, there are more than 8 groups", #line),
      ("1:2:3:4:5:6:7:8::", "at character 16, there are more than 8 groups", #line),
      ("1:2:3:4:5:6:7:1.2.3.4", "at character 15, there are more than 8 groups", #line),
      ("12345::", "at character 5, the group has more than 4 digits", #line),
      ("fe80::1%eth0", "at character 8, \"%\" where \":\" is expected", #line),
      ("::1.2.3.4.5", "at character 10, \".\" where the end is expected", #line),
      ("::1.2.3.400", "at character 9, the number is larger than 255", #line),
      ("1.2.3.4::", "at character 8, \":\" where the end is expected", #line),
      ("g::", "at character 1, \"g\" where a hexadecimal digit is expected", #line),
      (":::", "at character 3, \":\" where a hexadecimal digit is expected", #line),
      ("[::1]", "at character 1, \"[\" where a hexadecimal digit is expected", #line),
    ]
    for row in rows {
      assertFault(
        .ipv6(to: .init(row.text)),
        "network.destination: \"\(row.text)\" is no IPv6 address: "
          + row.says, row.line)
    }
  }

  func testWrongMACTextSaysWhere() {
    let rows: [(text: String, says: String, line: UInt)] = [
      ("02::1", "at character 4, \":\" where a hexadecimal digit is expected", #line),
      ("2:0:0:0:0:1", "at character 2, \":\" where a hexadecimal digit is expected", #line),
      ("02:00:00:00:00", "at character 15, the text ends, \":\" is missing", #line),
      ("02:00:00-00:00:01", "at character 9, \"-\" where \":\" is expected", #line),
      ("02-00-00:00-00-01", "at character 9, \":\" where \"-\" is expected", #line),
      ("02:00:00:00:00:01:02", "at character 18, \":\" where the end is expected", #line),
      ("020000000001", "at character 3, \"0\" where \":\" is expected", #line),
    ]
    for row in rows where row.text != "02::1" {
      XCTAssertEqual(
        FrameRecipe(link: .ethernet(to: .init(row.text))).faults.map(\.description),
        ["link.destination: \"\(row.text)\" is no MAC address: \(row.says)"], line: row.line)
    }
    // An address, yet of another family.
    XCTAssertEqual(
      FrameRecipe(link: .ethernet(from: "02::1")).faults.map(\.description),
      ["link.source: 2:0:0:0:0:0:0:1 has 16 octets, MAC addresses have 6"])
    XCTAssertEqual(
      FrameRecipe(network: .ipv4(from: "::1")).faults.map(\.description),
      ["network.source: 0:0:0:0:0:0:0:1 has 16 octets, IPv4 addresses have 4"])
    XCTAssertEqual(
      FrameRecipe(network: .ipv6(from: [1, 2])).faults.map(\.description),
      ["network.source: [1, 2] has 2 octets, IPv6 addresses have 16"])
  }

  /// Addresses inside options are looked at, too.
  func testWrongAddressesInOptions() {
    assertFault(
      .ipv4(options: [.noOperation, .looseSourceRoute(["192.0.2.1", "192.0.2"])]),
      "network.options[1]: \"192.0.2\" is no IPv4 address: at character 8, the text ends, \".\" is "
        + "missing", #line)
    assertFault(
      .ipv6(extensions: [.routing(segmentsLeft: 1, through: ["::x"])]),
      "network.extensions[0]: \"::x\" is no IPv6 address: at character 3, \"x\" where a "
        + "hexadecimal digit is expected", #line)
    assertFault(
      .ipv6(extensions: [.destinationOptions([.homeAddress("::1"), .homeAddress("home")])]),
      "network.extensions[0]: \"home\" is no IPv6 address: at character 1, \"h\" where a "
        + "hexadecimal digit is expected", #line)
  }

  private func assertFault(
    _ network: FrameRecipe.Network, _ text: String, _ line: UInt
  ) {
    let recipe = FrameRecipe(network: network)
    XCTAssertEqual(recipe.faults.map(\.description), [text], line: line)
    XCTAssertThrowsError(try recipe.octets, line: line) {
      XCTAssertEqual("\($0)", text, line: line)
    }
    // The same address of a tunnel's outer header.
    let outer = FrameRecipe(encapsulation: .vxlan(over: network))
    XCTAssertEqual(outer.faults.map(\.description), ["encapsulation.\(text)"], line: line)
  }
}
