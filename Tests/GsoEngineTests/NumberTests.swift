import GsoEngine
import TestSupport
import WireFormats
import XCTest

/// Sizes, counts, ranges and offsets, at the ends of their ranges and beyond.
final class NumberTests: XCTestCase {
  private let extremes = [Int.min, Int.min + 1, -1, 0, 1, 1_048_576, .max - 1, .max]
  private let frame = FrameRecipe(payload: Payload(seed: 1, count: 5_000)).build()

  /// Segments that the plan does not have ended the program.
  func testSegmentsThatThePlanDoesNotHave() throws {
    let frame = frame
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000))
    var rules = FragmentationRules()
    rules.dontFragment = .cleared
    let fragments = try FragmentationPlan(of: frame, request: .init(mtu: 1_500, rules: rules))
    for range in [-1..<1, 0..<6, 5..<6, Int.min..<0, 0..<Int.max, Int.min..<Int.max, 6..<6] {
      let expected = SegmentationError.segmentsOutOfRange(range, count: 5)
      var arena = try SegmentArena(byteCount: 100_000)
      XCTAssertEqual(
        failure { try plan.render(frame.octets, segments: range, into: &arena) }, expected)
      XCTAssertEqual(
        failure { try plan.renderHeaders(frame.octets, segments: range, into: &arena) }, expected)
      let (_, error) = written(10_000) { (output) throws(SegmentationError) in
        try plan.render(frame.octets, segments: range, into: &output)
      }
      XCTAssertEqual(error, expected)
      let (_, headerError) = written(10_000) { (output) throws(SegmentationError) in
        try plan.renderHeaders(frame.octets, segments: range, into: &output)
      }
      XCTAssertEqual(headerError, expected)
      XCTAssertEqual(
        failure { try fragments.render(frame.octets, segments: range, into: &arena) },
        .segmentsOutOfRange(range, count: fragments.count))
      let (_, fragmentError) = written(10_000) { (output) throws(SegmentationError) in
        _ = try fragments.render(frame.octets, segments: range, into: &output)
      }
      XCTAssertEqual(fragmentError, .segmentsOutOfRange(range, count: fragments.count))
      var headers = LinearHeaders()
      let buffers = [0..<frame.count]
      let scattered = try ScatteredFrame(memory: frame.octets, buffers: buffers.span)
      _ = try headers.layout(of: scattered)
      do throws(SegmentationError) {
        try plan.render(scattered, headers: headers, segments: range, into: &arena)
        XCTFail("rendered")
      } catch {
        XCTAssertEqual(error, expected)
      }
      XCTAssertEqual(arena.count, 0)
      XCTAssertEqual(expected.cause, .call)
      XCTAssertEqual(
        "\(expected)", "segments \(range) were asked for, the plan has 0..<5")
    }
  }

  func testSizesOfRequests() throws {
    let udp = FrameRecipe(transport: .udp(), payload: Payload(seed: 1, count: 5_000)).build()
    for octets in [frame, udp] {
      for number in extremes {
        for request in [
          SegmentationRequest(segmentSize: number), SegmentationRequest(mtu: number),
          SegmentationRequest(mtu: 1_500, segmentSize: number),
          SegmentationRequest(mtu: number, segmentSize: 100),
        ] {
          do throws(SegmentationError) {
            let plan = try SegmentationPlan(of: octets, request: request)
            XCTAssertEqual(plan.reduce(0) { $0 + $1.payloadRange.count }, 5_000)
          } catch {
            XCTAssertNotEqual(error.cause, .frame, "\(error)")
          }
        }
        _ = try? segment(octets, mtu: number)
        _ = try? segment(octets, mtu: 1_500, segmentSize: number)
        for request in [
          FragmentationRequest(mtu: number), FragmentationRequest(fragmentSize: number),
        ] {
          do throws(SegmentationError) {
            let plan = try FragmentationPlan(of: octets, request: request)
            XCTAssertGreaterThan(plan.count, 0)
          } catch {
            XCTAssertNotEqual(error.cause, .frame, "\(error)")
          }
        }
      }
    }
  }

  func testOffsetsOfMetadata() throws {
    let frame = frame
    for start in extremes {
      for offset in extremes {
        for length in extremes {
          do throws(MetadataError) {
            let completion = try ChecksumCompletion(
              start: start, offset: offset, frameLength: length)
            _ = written(frame.count) { octets throws(SegmentationError) in
              _ = try? completion.apply(to: &octets)
            }
          } catch {
            XCTAssertFalse("\(error)".isEmpty)
          }
        }
        for kind in [
          NdisOffloadRecord.Kind.largeSendV1, .largeSendV2(.ipv4), .udpSegmentation(.ipv4),
        ] {
          let record = NdisOffloadRecord(kind, maximumSegmentSize: start, headerOffset: offset)
          XCTAssertNotNil(
            failure { _ = try SegmentationPlan(of: frame.octets, describedBy: record) })
        }
      }
    }
  }

  /// A frame that is shorter than the planned one ended the program.
  func testHandOffsOfFramesOfAnotherLength() throws {
    var recipe = FrameRecipe(payload: Payload(seed: 1, count: 3_000))
    recipe.encapsulation = .vxlan(network: 7)
    let frame = recipe.build()
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000))
    XCTAssertNotNil(plan.layout.tunnel)
    for count in Array(0..<120) + [frame.count - 1, frame.count + 1] {
      let other = Array((frame + frame).prefix(count))
      XCTAssertEqual(
        failure { _ = try VirtioHandOff(other, segmentedAs: plan) },
        .frameLengthChanged(planned: frame.count, given: count))
    }
    XCTAssertNil(failure { _ = try VirtioHandOff(frame, segmentedAs: plan) })
  }

  func testRulesWithAnyLimit() throws {
    for number in extremes {
      var rules = SegmentationRules.linux
      rules.maximumTCPSegmentCount = number
      rules.maximumUDPSegmentCount = number
      let error = failure {
        _ = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000, rules: rules))
      }
      XCTAssertEqual(
        error, number >= 5 ? nil : .tooManySegments(needed: 5, limit: max(0, number)))
    }
    for index in extremes {
      for rule in [SegmentationRules.Identification.incrementing15, .incrementing16, .fixed] {
        _ = rule.value(base: .max, index: index)
      }
    }
  }

  func testBuffersOutsideOfTheMemory() throws {
    let frame = frame
    for bound in [Int.min, -1, .max] {
      let buffers = [bound < 0 ? bound..<1 : 0..<bound]
      do throws(SegmentationError) {
        _ = try ScatteredFrame(memory: frame.octets, buffers: buffers.span)
        XCTFail("\(buffers) is accepted")
      } catch {
        XCTAssertEqual(
          error, .bufferOutsideMemory(index: 0, buffer: buffers[0], memory: frame.count))
      }
    }
  }
}
