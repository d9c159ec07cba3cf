public import FrameRecipes
public import GsoEngine
internal import WireFormats

/// The engine's rules in the words of the reference, field by field.
///
/// This file alone of the reference knows the engine, and it takes nothing from it but these
/// values.
extension ReferenceRules {
  /// What `rules` mean for a frame.
  public init(_ rules: SegmentationRules, for recipe: FrameRecipe) {
    let isTCP = recipe.transport.isTCP
    switch isTCP ? rules.tcpIdentification : rules.udpIdentification {
    case .incrementing16: identification = .incrementing16
    case .incrementing15: identification = .incrementing15
    case .fixed: identification = .fixed
    }
    switch rules.congestionWindowReduced {
    case .firstSegment: congestionWindowReduced = .firstSegment
    case .everySegment: congestionWindowReduced = .everySegment
    }
    switch rules.zeroUDPChecksum {
    case .computeAnyway: zeroUDPChecksum = .computeAnyway
    // Over IPv6 a checksum of 0 is not the sender's to choose.
    case .copied: zeroUDPChecksum = recipe.network.isIPv6 ? .computeAnyway : .copied
    }
    switch rules.computedZeroUDPChecksum {
    case .allOnes: allOnesForUDP = true
    case .zero: allOnesForUDP = false
    }
    switch rules.transportChecksum {
    case .asRequested: transportChecksum = .complete
    case .copied: transportChecksum = .copied
    }
    switch rules.ipv4HeaderChecksum {
    case .computed: computesHeaderChecksum = true
    case .copied: computesHeaderChecksum = false
    }
    switch rules.ipv6PayloadLength {
    case .exact: countsExtensionHeaders = true
    case .withoutExtensionHeaders: countsExtensionHeaders = false
    }
    switch rules.outerUDPChecksumOverIPv4 {
    case .asRequested: clearsOuterUDPChecksumOverIPv4 = false
    case .zero: clearsOuterUDPChecksumOverIPv4 = true
    }
  }

  /// Why `rules` do not let a frame be segmented; nil if they do.
  package static func refusal(
    _ rules: SegmentationRules, of recipe: FrameRecipe, segmentSize: Int
  ) -> String? {
    let payload = recipe.payload.count
    let count = payload / segmentSize + (payload % segmentSize == 0 ? 0 : 1)
    // A frame that fits is not segmented, so nothing is refused.
    guard count > 1 else { return nil }
    let isTCP = recipe.transport.isTCP
    let kind: SegmentationRules.Support =
      switch (isTCP, recipe.network.isIPv6) {
      case (true, false): .lsoIPv4
      case (true, true): .lsoIPv6
      case (false, false): .usoIPv4
      case (false, true): .usoIPv6
      }
    guard rules.support.contains(kind) else { return "the rules do not support this protocol" }
    let limit = isTCP ? rules.maximumTCPSegmentCount : rules.maximumUDPSegmentCount
    if let limit, count > limit { return "\(count) segments, and at most \(limit) are allowed" }
    if !isTCP && rules.shortLastDatagram == .refused && payload % segmentSize != 0 {
      return "the last datagram is short"
    }
    let flags = TCPFlags(rawValue: recipe.transport.tcp?.flags.rawValue ?? 0)
    if !flags.isDisjoint(with: rules.refusedTCPFlags) { return "a TCP flag is refused" }
    return nil
  }
}
