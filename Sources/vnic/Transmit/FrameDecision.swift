/// Who segments a frame, or why it is not segmented.
enum FramePath: String, Encodable, CaseIterable {
  /// The hardware segments it.
  case hardware
  /// Software segments it, because the hardware could not or may not.
  case software
  /// It is sent as one frame.
  case whole
  /// The NIC drops it.
  case dropped
  /// It is not handed to the NIC: it is too large, and the capture does not have all of it.
  case notSent = "not_sent"
  /// It passes by the NIC unmodified: it is not Ethernet, or it fits and was captured in part.
  case passed

  /// The name for people.
  var text: String {
    switch self {
    case .notSent: "not sent"
    default: rawValue
    }
  }
}

/// What happened to one frame, in one line or as an object of JSON.
struct FrameDecision: Encodable {
  let number: UInt64
  /// When it was sent, in nanoseconds since the first frame.
  let time: Int64
  /// From the outside in, joined by slashes.
  let layers: String
  /// Octets of the frame.
  let frameLength: Int
  let payloadLength: Int?
  let decision: FramePath
  /// Why, in a word that a script may compare; nil if nothing needs a reason.
  let reason: String?
  /// Why, with the numbers.
  let detail: String?
  /// Frames that went to the wire.
  let wireFrames: Int
  /// Payload octets of every segment but the last; nil for a frame that was not segmented.
  let segmentSize: Int?
  /// Whether the NIC completed a checksum that the sender left partial.
  let checksumCompleted: Bool
  /// Whether the NIC completed a length that the sender left at 0.
  let lengthCompleted: Bool

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
    let fields = [checksumCompleted ? "checksum" : nil, lengthCompleted ? "length" : nil]
    let completed = fields.compactMap { $0 }.joined(separator: " and ")
    return why + (completed.isEmpty ? "" : ", \(completed) completed")
  }
}
