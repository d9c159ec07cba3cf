import GsoEngine
import PacketCapture
import TestSupport
import WireFormats

/// Follows the frames of a capture into what was made of them, octet by octet.
struct FrameAccount {
  /// What was written, in order.
  let outputs: [CapturedFrame]
  private(set) var next = 0

  init(_ outputs: [CapturedFrame]) { self.outputs = outputs }

  /// Whether everything that was written has been accounted for.
  var isComplete: Bool { next == outputs.count }

  /// Takes what a frame became off the outputs; returns what is wrong, nil if nothing is.
  ///
  /// A frame comes back as it was, but for checksums and lengths of 0, which are completed; or as
  /// segments, which repeat its headers and carry all of its payload.
  ///
  /// Of a frame that was captured in part the segments have headers, what was captured of their
  /// payload, and lengths that add up to that of the frame.
  mutating func take(_ frame: [UInt8], originalLength: Int, isUnmodified: Bool) -> String? {
    guard next < outputs.count else { return "nothing is left" }
    let first = outputs[next].octets
    // The first segment of a part may look like the frame, but for its length on the wire.
    let isPart = frame.count < originalLength && Int(outputs[next].originalLength) != originalLength
    if !isPart, first == frame || (!isUnmodified && Self.isCompleted(first, from: frame)) {
      next += 1
      return nil
    }
    if isUnmodified { return "\(first.count) octets are not the \(frame.count) of the frame" }
    let whole = try? PacketLayout(
      parsingFront: frame.octets, ofFrameLength: max(frame.count, originalLength))
    guard let layout = whole, let payload = layout.payloadRange else {
      return "a frame without a transport header changed"
    }
    if isPart { return takePart(frame, payload) }
    var rest = frame[payload]
    while !rest.isEmpty {
      guard next < outputs.count else { return "\(rest.count) octets of payload are lost" }
      let carried = outputs[next].octets.dropFirst(payload.lowerBound)
      guard !carried.isEmpty, rest.starts(with: carried) else {
        return
          "\(rest.count) octets of payload do not go on with \(carried.count) of output \(next)"
      }
      rest = rest.dropFirst(carried.count)
      next += 1
    }
    return nil
  }

  private mutating func takePart(_ frame: [UInt8], _ payload: Range<Int>) -> String? {
    let start = payload.lowerBound
    var rest = frame.dropFirst(start)
    var missing = payload.count
    while missing > 0 {
      guard next < outputs.count else { return "\(missing) octets of the wire are lost" }
      let carried = outputs[next].octets.dropFirst(start)
      guard rest.starts(with: carried) else { return "output \(next) has another payload" }
      rest = rest.dropFirst(carried.count)
      missing -= Int(outputs[next].originalLength) - start
      next += 1
    }
    return missing == 0 ? nil : "\(-missing) octets more than the wire had"
  }

  /// Whether nothing but fields of up to 16 octets in the headers differs.
  private static func isCompleted(_ output: [UInt8], from frame: [UInt8]) -> Bool {
    guard output.count == frame.count else { return false }
    let places = output.indices.filter { output[$0] != frame[$0] }
    let headers = (try? PacketLayout(parsing: frame))?.headerLength ?? frame.count
    return places.count <= 16 && (places.last ?? 0) < headers
  }
}
