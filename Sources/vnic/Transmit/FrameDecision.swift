/// Who segments a frame, or why nobody did.
enum Path: String, Encodable, CaseIterable {
  /// The hardware segments it.
  case hardware
  /// Software segments it, because the hardware could not or may not.
  case software
  /// It went unmodified.
  case whole
  /// The NIC dropped it.
  case dropped
  /// It was not handed to the NIC: it is too large, and the capture does not have all of it.
  case notSent = "not_sent"
  /// It went by the NIC unmodified: no Ethernet, or captured in part and small enough.
  case passed

  /// The name for people.
  var text: String {
    switch self {
    case .notSent: "not sent"
    default: rawValue
    }
  }
}

/// What became of one frame, in one line or as an object of JSON.
struct FrameDecision: Encodable {
  let number: UInt64
  /// When it was sent, in nanoseconds since the first frame.
  let time: Int64
  /// From the outside in, joined by slashes.
  let layers: String
  /// Octets of the frame.
  let frameLength: Int
  let payloadLength: Int?
  let decision: Path
  /// Why, in a word that a script may compare; nil if nothing needs a reason.
  let reason: String?
  /// Why, with the numbers.
  let detail: String?
  /// Frames that went to the wire.
  let wireFrames: Int
  /// Payload octets of every segment but the last; nil for a frame that was not segmented.
  let segmentSize: Int?
  /// True if the sender left a checksum open and the NIC finished it.
  let checksumCompleted: Bool

  /// The line for people.
  var text: String {
    let payload = payloadLength.map { ", payload \($0)" } ?? ""
    let lengths = "frame \(frameLength)\(payload)"
    return "\(aligned("\(number)", 6))  \(padded(layers, 20)) \(lengths): \(outcome)\n"
  }

  private var outcome: String {
    let why = decision.text + (detail.map { " because \($0)" } ?? "")
    if let segmentSize, wireFrames > 0 {
      return "\(why): \(counted(wireFrames, "segment")) of \(segmentSize)"
    }
    return why + (checksumCompleted ? ", checksum finished" : "")
  }
}
