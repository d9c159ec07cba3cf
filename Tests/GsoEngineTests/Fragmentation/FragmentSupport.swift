import GsoEngine
import TestSupport
import WireFormats
import XCTest

extension FragmentationRules {
  /// Fragments in spite of DF, sorts out options as RFC 791 says and computes checksums.
  static let copiedFlag = FragmentationRules(dontFragment: .cleared, checksum: .compute)
}

/// The fragments of a frame, or why there are none.
func fragments(
  of frame: [UInt8], link: LinkKind = .ethernet, _ request: FragmentationRequest
) -> Result<[[UInt8]], SegmentationError> {
  Result { () throws(SegmentationError) in
    try FragmentationPlan(of: frame, link: link.layer, request: request).frames(of: frame)
  }
}

/// What a plan writes into a buffer full of 0xA5, and how many octets it says that these are.
func rendered(
  _ plan: some FramePlan, _ frame: [UInt8], segments: Range<Int>? = nil, room: Int
) -> (octets: [UInt8], written: Result<Int, SegmentationError>) {
  var buffer = [UInt8](repeating: 0xA5, count: room)
  let written = render(plan, frame, segments, into: &buffer)
  return (buffer, written)
}

private func render(
  _ plan: some FramePlan, _ frame: [UInt8], _ segments: Range<Int>?, into buffer: inout [UInt8]
) -> Result<Int, SegmentationError> {
  var span = buffer.mutableSpan
  // SAFETY: every octet pattern is a valid octet, so writing raw bytes keeps the array sound.
  var output = unsafe span.mutableBytes
  do throws(SegmentationError) {
    return .success(try plan.render(frame.octets, segments: segments, into: &output))
  } catch {
    return .failure(error)
  }
}

/// The error in a result; nil if it is none.
func refusal<T>(_ result: Result<T, SegmentationError>) -> SegmentationError? {
  switch result {
  case .success: nil
  case .failure(let error): error
  }
}

/// What `body` throws; nil if nothing.
func refusal(_ body: () throws(SegmentationError) -> Void) -> SegmentationError? {
  do throws(SegmentationError) {
    try body()
    return nil
  } catch {
    return error
  }
}

extension FrameRecipe {
  /// The packet as a receiver of all its fragments must see it: lengths and checksums right, no
  /// trailer, and no sign that it must not, or might, be segmented.
  func whole(zeroStays: Bool = false) -> FrameRecipe {
    let isUnused = !transport.isTCP && !network.isIPv6 && checksumField == 0
    var whole = self
    whole.trailerCount = 0
    whole.transport.udp?.length = .exact
    whole.network.ipv4?.length = .exact
    whole.network.ipv4?.headerChecksum = .right
    whole.network.ipv4?.dontFragment = false
    whole.network.ipv6?.length = .exact
    whole.checksum = isUnused && zeroStays ? .zero : .complete
    whole.zeroBecomesOnes = true
    return whole
  }
}
