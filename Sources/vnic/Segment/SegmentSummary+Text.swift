import Foundation

extension SegmentSummary {
  /// Most frames that the text names for one reason.
  private static let shownFrameLimit = 10
  /// Inputs of at least so many octets also report time and memory.
  private static let largeByteCount = 100_000_000

  /// The summary for people.
  func text(_ limit: SizeLimit) -> String {
    var lines = [
      "\(input): \(counted(framesRead, "frame")); \(limit.description)",
      "\(output): \(counted(framesWritten, "frame"))"
        + (largestPacket > 0 ? ", the largest IP packet has \(largestPacket) octets" : ""),
      "  segmented: \(counted(framesSegmented, "frame")) into \(segmentsAndFragments)"
        + (framesSegmentedInPart > 0 ? ", \(framesSegmentedInPart) of them captured in part" : ""),
      "  fit:       \(counted(framesFitting, "frame"))"
        + (framesFittingInPart > 0 ? ", \(framesFittingInPart) of them captured in part" : ""),
    ]
    lines += foreign.lines
    lines += checksumLines
    if tcpFramesByAnnouncedMss > 0 {
      lines.append(
        "  TCP: \(counted(tcpFramesByAnnouncedMss, "frame")) segmented to the MSS that the "
          + "receiver announced, which is less than fits")
    }
    if udpFramesFromFlow > 0 {
      lines.append(
        "  UDP: \(counted(udpFramesFromFlow, "frame")) segmented to the length of the flow's "
          + "datagrams")
    }
    if guessedUdpFrames > 0 {
      lines.append(
        "  UDP: where datagrams end is a guess in \(counted(guessedUdpFrames, "frame")); "
          + "--mss says how long they are")
    }
    if datagramsFragmented > 0 {
      lines.append("  UDP: \(counted(datagramsFragmented, "datagram")) fragmented")
    }
    for group in skipped { lines += Self.lines(group) }
    if let text = omissions.text {
      let hint = format == "pcap" ? "; pcapng can hold them" : ""
      lines.append("  left out: \(text)\(hint)")
    }
    for place in damage.prefix(Self.shownFrameLimit) {
      lines.append("  damage: octet \(place.octet): \(place.message)")
    }
    if octetsRead >= Self.largeByteCount { lines.append("  took: \(effort)") }
    return lines.joined(separator: "\n") + "\n"
  }

  private var segmentsAndFragments: String {
    if fragments == 0 { return counted(segments, "segment") }
    let text = counted(fragments, "fragment")
    return segments == 0 ? text : "\(counted(segments, "segment")) and \(text)"
  }

  /// What it cost, such as `0.9 s, 21 MB of memory; 1.00 GB read, 1.05 GB written`.
  private var effort: String {
    let memory = peakMemory.map { ", \($0 / 1_000_000) MB of memory" } ?? ""
    return String(format: "%.1f s", seconds) + memory
      + "; \(Self.gigabytes(octetsRead)) read, \(Self.gigabytes(octetsWritten)) written"
  }

  private static func gigabytes(_ octets: UInt64) -> String {
    String(format: "%.2f GB", Double(octets) / 1e9)
  }

  private var checksumLines: [String] {
    var lines: [String] = []
    let completed = checksums.completedInFittingFrames + checksums.completedInSegmentedFrames
    if completed > 0 {
      lines.append(
        "  checksums completed: in \(counted(completed, "frame")), "
          + "\(checksums.completedInSegmentedFrames) of them segmented")
    }
    if lengthsCompleted > 0 {
      lines.append(
        "  lengths completed: in \(counted(lengthsCompleted, "frame")) that fit, where they were 0")
    }
    if checksums.wrongInFittingFrames > 0 {
      lines.append(
        "  checksums wrong: in \(counted(checksums.wrongInFittingFrames, "frame")) that fit, "
          + (checksums.fixed > 0 ? "computed" : "copied"))
    }
    if checksums.wrongInSegmentedFrames > 0 {
      lines.append(
        "  checksums wrong: in \(counted(checksums.wrongInSegmentedFrames, "frame")) that were "
          + "segmented; the segments have right ones")
    }
    return lines
  }

  private static func lines(_ group: Skipped) -> [String] {
    var lines = ["  skipped: \(counted(group.count, "frame")), \(group.reason)"]
    if let remedy = group.remedy { lines.append("    \(remedy)") }
    for frame in group.frames.prefix(shownFrameLimit) {
      lines.append("    frame \(frame.number): \(frame.detail)")
    }
    let more = group.count - min(group.frames.count, shownFrameLimit)
    if more > 0 { lines.append("    and \(more) more") }
    return lines
  }
}
