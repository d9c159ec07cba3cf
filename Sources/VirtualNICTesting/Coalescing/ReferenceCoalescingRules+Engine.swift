internal import FrameRecipes
public import GsoEngine
internal import WireFormats

/// The engine's rules in the words of the reference, field by field.
///
/// This file alone of the reference coalescer knows the engine, and it takes nothing from it but
/// these values.
extension ReferenceCoalescingRules {
  /// What `rules` mean.
  public init(_ rules: CoalescingRules) {
    self.init()
    mergesTCPOverIPv4 = rules.support.contains(.tcpIPv4)
    mergesTCPOverIPv6 = rules.support.contains(.tcpIPv6)
    mergesUDPOverIPv4 = rules.support.contains(.udpIPv4)
    mergesUDPOverIPv6 = rules.support.contains(.udpIPv6)
    switch rules.flows {
    case .headers: flowHasAllHeaders = true
    case .addressesAndPorts: flowHasAllHeaders = false
    }
    switch rules.tunnels {
    case .coalesced: tunnels = .all
    case .overUDP: tunnels = .overUDP
    case .notCoalesced: tunnels = .none
    case .opaque: tunnels = .unseen
    }
    switch rules.extensionHeaders {
    case .identical: allowsExtensionHeaders = true
    case .notCoalesced: allowsExtensionHeaders = false
    }
    switch rules.identification {
    case .incrementingOrFixed: checksIdentification = true
    case .any: checksIdentification = false
    }
    takesSmallestHopLimit = rules.tcpHopLimit == .minimum
    takesSmallestDatagramHopLimit = rules.udpHopLimit == .minimum
    allowsAnyLength = rules.tcpSegmentLength == .any
    takesLatestAcknowledgement = rules.acknowledgment == .latest
    takesLatestWindow = rules.window == .latest
    switch rules.tcpOptions {
    case .identical: options = .identical
    case .timestamps: options = .timestamps
    case .none: options = .none
    }
    mergedFlags = FrameRecipe.TCPFlags(rawValue: rules.mergedTCPFlags.rawValue)
    endingFlags = FrameRecipe.TCPFlags(rawValue: rules.endingTCPFlags.rawValue)
    startingFlags = FrameRecipe.TCPFlags(rawValue: rules.startingTCPFlags.rawValue)
    refusedFlags = FrameRecipe.TCPFlags(rawValue: rules.refusedTCPFlags.rawValue)
    mergesUnusedChecksums = rules.zeroUDPChecksum == .coalesced
    dropsTrailers = rules.trailers == .removed
    keepsOrderOfAll = rules.unusableFrames == .endUnit
    (mostSegments, mostDatagrams) = (rules.maximumTCPSegmentCount, rules.maximumUDPSegmentCount)
    longestPacket = rules.maximumPacketLength
  }
}
