import PacketCapture

/// What a record of the input passes on to all frames that it becomes.
struct FrameOrigin {
  /// Its interface in the output.
  let interface: Int
  /// Whether its last octets are a frame check sequence.
  let hasFrameCheckSequence: Bool
  let linkType: LinkType
  let time: CaptureTimestamp
  private let comment: String?

  init(
    interface: Int, hasFrameCheckSequence: Bool, linkType: LinkType, time: CaptureTimestamp,
    comments: [String]
  ) {
    (self.interface, self.hasFrameCheckSequence) = (interface, hasFrameCheckSequence)
    (self.linkType, self.time) = (linkType, time)
    comment = comments.isEmpty ? nil : comments.joined(separator: "\n")
  }

  /// The comments of the record and one more, a line each; nil if there are none.
  func comment(and another: String?) -> String? {
    guard let comment, let another else { return comment ?? another }
    return "\(comment)\n\(another)"
  }
}
