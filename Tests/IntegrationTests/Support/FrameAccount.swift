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
  mutating func take(_ frame: [UInt8], isUnmodified: Bool) -> String? {
    guard next < outputs.count else { return "nothing is left" }
    let first = outputs[next].octets
    if first == frame || (!isUnmodified && Self.isCompleted(first, from: frame)) {
      next += 1
      return nil
    }
    if isUnmodified { return "\(first.count) octets are not the \(frame.count) of the frame" }
    guard let layout = try? PacketLayout(parsing: frame), let payload = layout.payloadRange else {
      return "a frame without a transport header changed"
    }
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

  /// Whether nothing but fields of up to 16 octets in the headers differs.
  private static func isCompleted(_ output: [UInt8], from frame: [UInt8]) -> Bool {
    guard output.count == frame.count else { return false }
    let places = output.indices.filter { output[$0] != frame[$0] }
    let headers = (try? PacketLayout(parsing: frame))?.headerLength ?? frame.count
    return places.count <= 16 && (places.last ?? 0) < headers
  }
}
