import GsoEngine
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Behaviours 32 and 33: what is particular to UDP, message sizes and checksums of 0.
final class DatagramTests: XCTestCase {
  private func recipe(_ network: Network, _ payload: Int) -> FrameRecipe {
    FrameRecipe(
      network: network, transport: .udp(), payload: Payload(seed: 32, count: payload),
      checksum: .pseudoHeaderWithoutLength)
  }

  func testBehaviour32TwoDatagramsInOneSend() throws {
    for rules in [SegmentationRules.ndis, .linux] {
      let nics = try TwoPaths(rules: rules)
      for network in [Network.ipv4(), .ipv6()] {
        for size in [1, 2, 99, 500, 1_472] {
          let recipe = recipe(network, 2 * size)
          let frames = nics.assertCut(recipe, segmentSize: size)
          let start = recipe.layout.payloadOffset
          let octets = recipe.payload.octets()
          XCTAssertEqual(
            frames.map { Array($0[start...]) }, [Array(octets[..<size]), Array(octets[size...])])
        }
      }
    }
  }

  /// Without `SubMssFinalSegmentSupported`, only multiples of the message size are segmented.
  func testBehaviour32ARemainderIsRefusedUnlessDeclared() throws {
    var declared = SegmentationRules.ndis
    declared.shortLastDatagram = .allowed
    let strict = try TwoPaths(rules: .ndis)
    let lenient = try TwoPaths(rules: declared)
    let size = 10
    for network in [Network.ipv4(), .ipv6()] {
      for payload in 0...41 {
        let recipe = recipe(network, payload)
        // One datagram has no shorter last one.
        if payload <= size || payload % size == 0 {
          strict.assertCut(recipe, segmentSize: size)
        } else {
          let sent = strict.send(recipe.build(), segmentSize: size, "\(payload)")
          XCTAssertEqual(sent.refusal, .shortLastDatagram(payload: payload, segmentSize: size))
        }
        lenient.assertCut(recipe, segmentSize: size, "\(payload)")
      }
    }
    XCTAssertEqual(strict.hardware.counters.udpFailure, 2 * 28)
    XCTAssertEqual(strict.software.counters.udpFailure, 2 * 28)
  }

  func testBehaviour32TheRecordOfUSO() throws {
    for payload in [20, 21, 29, 30] {
      let frame = recipe(.ipv4(), payload).build()
      let record = NdisOffloadRecord(
        .udpSegmentation(.ipv4), maximumSegmentSize: 10, headerOffset: 34)
      var error: SegmentationError?
      do throws(SegmentationError) {
        _ = try SegmentationPlan(of: frame, describedBy: record)
      } catch let found { error = found }
      XCTAssertEqual(
        error,
        payload % 10 == 0 ? nil : .shortLastDatagram(payload: payload, segmentSize: 10))
    }
  }

  func testBehaviour33AChecksumOf0StaysSo() throws {
    let nics = try TwoPaths(rules: .ndis)
    for count in [1, 2, 5] {
      var recipe = recipe(.ipv4(), count * 100)
      recipe.checksum = .zero
      let frames = nics.assertCut(recipe, segmentSize: 100, rules: .ndis(for: recipe))
      XCTAssertEqual(frames.map { $0.word(40) }, [Int](repeating: 0, count: count))
      // Over IPv6 there is no such thing as no checksum (RFC 8200, section 8.1).
      recipe.network = .ipv6()
      let computed = nics.assertCut(recipe, segmentSize: 100, rules: .ndis(for: recipe))
      XCTAssertFalse(computed.contains { $0.word(60) == 0 })
      XCTAssertEqual(computed.flatMap { frameFaults($0) }, [])
    }
    // By the rules of Linux, 0 means nothing: the field is computed like any other.
    var recipe = recipe(.ipv4(), 500)
    recipe.checksum = .zero
    let frames = try TwoPaths().assertCut(recipe, segmentSize: 100)
    XCTAssertFalse(frames.contains { $0.word(40) == 0 })
  }

  /// Each datagram in turn is one whose checksum computes to 0.
  func testBehaviour33AComputed0BecomesAllOnes() throws {
    for rules in [SegmentationRules.ndis, .linux] {
      let nics = try TwoPaths(rules: rules)
      for network in [Network.ipv4(), .ipv6()] {
        for index in 0..<4 {
          let recipe = recipe(network, 400).withZeroSum(inSegment: index, segmentSize: 100)
          let frames = nics.assertCut(recipe, segmentSize: 100, "datagram \(index)")
          let field = recipe.layout.transportOffset + 6
          XCTAssertEqual(frames[index].word(field), 0xFFFF, "datagram \(index)")
          XCTAssertEqual(frames.flatMap { frameFaults($0) }, [])
        }
      }
    }
  }
}
