internal import FrameRecipes
internal import GsoEngine

/// How a frame is to be segmented, and what the reference makes of it.
struct ReferenceWish {
  /// What the reference makes of a frame.
  enum Outcome {
    case frames([[UInt8]])
    /// The rules do not let the frame be segmented.
    case refused(String)
  }

  /// Octets of payload; nil for as many as fit.
  var segmentSize: Int?
  /// The largest IP packet; nil for no limit.
  var mtu: Int?
  var rules: SegmentationRules

  /// Segments a frame; fails with a fault of `superFrame`.
  func segments(
    of superFrame: [UInt8], link: FrameRecipe.LinkKind, udpTunnels: Bool
  ) -> Result<Outcome, ReferenceError> {
    guard
      let whole = FrameRecipe(dissectingPacketOf: superFrame, link: link, udpTunnels: udpTunnels)
    else {
      let dissection = dissect(superFrame, link: link, udpTunnels: udpTunnels)
      let reason = dissection.fault?.description ?? dissection.notRead
      return .failure(
        ReferenceError(
          expected: "a TCP or UDP packet with right lengths",
          found: reason ?? "a fragment, or headers that contradict each other"))
    }
    let recipe = whole.withoutJumboOption
    let layout = recipe.layout
    let headers = layout.payloadOffset - layout.outermostNetworkOffset
    let fitting = mtu.map { max($0, 0) - headers } ?? .max
    let size = min(segmentSize ?? .max, fitting)
    guard size >= 1 else {
      return .failure(
        ReferenceError(
          expected: "at least 1 octet of payload per segment", found: "\(size)"))
    }
    if !recipe.transport.isTCP, let segmentSize, segmentSize > fitting,
      recipe.payload.count > fitting
    {
      return .success(.refused("datagrams of \(segmentSize) octets do not fit the MTU"))
    }
    if let why = ReferenceRules.refusal(rules, of: recipe, segmentSize: size) {
      return .success(.refused(why))
    }
    let rules = ReferenceRules(rules, for: recipe)
    return .success(.frames(referenceSegments(of: recipe, segmentSize: size, rules: rules)))
  }
}

/// Why the reference has no segments.
struct ReferenceError: Error {
  var expected: String
  var found: String

  var fault: FrameFault {
    FrameFault(field: "superFrame", expected: .text(expected), found: .text(found))
  }
}
