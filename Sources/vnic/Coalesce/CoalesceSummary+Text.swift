import GsoEngine

extension CoalesceSummary {
  /// Most frames and places that the text names for one reason.
  private static let shownLimit = 3

  /// The summary for people.
  var text: String {
    var lines = [
      "\(input): \(counted(framesRead, "frame")); \(rules) rules, \(window) µs, "
        + "\(counted(flows, "flow"))",
      "\(output): \(counted(framesWritten, "frame"))"
        + (vnetHdr.map { ", each after a virtio-net header of \($0) octets" } ?? ""),
      "  merged: \(counted(framesMerged, "frame")) into \(units)"
        + (largestPacket > 0 ? ", the largest IP packet has \(largestPacket) octets" : ""),
    ]
    for entry in unitEnds.entries { lines.append("    \(entry.count) ended by \(entry.name)") }
    lines += foreign.lines
    for group in notMerged.groups {
      lines.append("  not merged: \(counted(group.count, "frame")), \(group.reason)")
      for frame in group.frames.prefix(Self.shownLimit) {
        lines.append("    frame \(frame.number)" + (frame.detail.map { ": \($0)" } ?? ""))
      }
      let more = group.count - min(group.frames.count, Self.shownLimit)
      if more > 0 { lines.append("    and \(more) more") }
    }
    if units > 0 {
      lines.append(
        losses.entries.isEmpty
          ? "  lost: nothing; segmentation gives back all frames that were merged"
          : "  lost: "
            + losses.entries.map { "\($0.name) in \(counted($0.count, "frame"))" }
            .joined(separator: ", "))
    }
    if let text = omissions.text {
      let hint = format == "pcap" ? "; pcapng can hold them" : ""
      lines.append("  left out: \(text)\(hint)")
    }
    for place in damage.prefix(10) {
      lines.append("  damage: octet \(place.octet): \(place.message)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Why a unit ended, to count by.
  static func category(of end: CoalescedUnit.End) -> String {
    switch end {
    case .notCoalesced(let refusal): category(of: refusal)
    case .flags(let flags): "TCP flags \(flags)"
    case .shortSegment: "a shorter segment"
    case .segmentCount(let limit): "\(limit) segments"
    case .nextFrame(let refusal): "a frame of its flow: \(category(of: refusal))"
    case .flowCapacity: "another flow"
    case .window: "time"
    case .batchEnd, .flush: "the end of the capture"
    }
  }

  /// Why a frame was not merged, to count by.
  static func category(of refusal: CoalescingRefusal) -> String {
    switch refusal {
    case .frame: "headers that cannot be read"
    case .notIP: "not IP"
    case .linkHeader: "labels or sessions before the packet"
    case .fragment: "IP fragment"
    case .unsupportedProtocol: "neither TCP nor UDP"
    case .notSupported: "not coalesced by the rules"
    case .ipv4Options: "IPv4 options"
    case .extensionHeaders, .unsoundExtensionHeader: "IPv6 extension headers"
    case .reservedBit: "reserved bit of the IPv4 flags"
    case .tunnel, .tunnelTooDeep, .greSequenceNumber: "tunnel that is not coalesced"
    case .packetLength, .datagramLength: "length field that does not fit the frame, or padding"
    case .headerChecksum, .transportChecksum, .outerChecksum: "wrong checksum"
    case .zeroUDPChecksum: "UDP checksum of 0"
    case .noPayload: "no payload"
    case .flags: "TCP flags"
    case .tcpOptions, .differentOptions: "TCP options"
    case .packetTooLong, .unitTooLong: "more than 65535 octets"
    case .superFrame: "merged already"
    case .different(let field, _, _): "another \(field.rawValue)"
    case .differentHeaders: "other headers"
    case .sequence: "a gap, or a retransmission"
    case .longerThanSegments: "longer than the segments before it"
    }
  }
}
