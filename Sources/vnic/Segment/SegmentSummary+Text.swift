import Foundation

extension SegmentSummary {
  /// Most frames that the text names for one reason.
  private static let shownFrameLimit = 10

  /// The summary for people.
  func text(_ limit: SizeLimit) -> String {
    var lines = [
      "\(input): \(counted(framesRead, "frame")); \(limit.description)",
      "\(output): \(counted(framesWritten, "frame"))"
        + (largestPacket > 0 ? ", the largest IP packet has \(largestPacket) octets" : ""),
      "  cut:    \(counted(framesCut, "frame")) into \(counted(segments, "segment"))",
      "  passed: \(counted(framesPassed, "frame")) that fit",
    ]
    lines += checksumLines
    if guessedUdpFrames > 0 {
      lines.append(
        "  UDP:    where datagrams end is a guess in \(counted(guessedUdpFrames, "frame")); "
          + "--mss says how long they are")
    }
    if datagramsFragmented > 0 {
      lines.append("  UDP:    \(counted(datagramsFragmented, "datagram")) cut into IP fragments")
    }
    for group in kept { lines += Self.lines(group) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var checksumLines: [String] {
    var lines: [String] = []
    let finished = checksums.finishedInPassedFrames + checksums.finishedInCutFrames
    if finished > 0 {
      lines.append(
        "  checksums finished: in \(counted(finished, "frame")), of which "
          + "\(checksums.finishedInCutFrames) cut")
    }
    if checksums.wrongInPassedFrames > 0 {
      lines.append(
        "  checksums wrong: in \(counted(checksums.wrongInPassedFrames, "frame")), left as is")
    }
    if checksums.wrongInCutFrames > 0 {
      lines.append(
        "  checksums wrong: in \(counted(checksums.wrongInCutFrames, "frame")) that had to be "
          + "cut; the segments have right ones")
    }
    return lines
  }

  private static func lines(_ group: Kept) -> [String] {
    var lines = ["  not cut: \(counted(group.count, "frame")), \(group.reason)"]
    for frame in group.frames.prefix(shownFrameLimit) {
      lines.append("    frame \(frame.number): \(frame.detail)")
    }
    let more = group.count - min(group.frames.count, shownFrameLimit)
    if more > 0 { lines.append("    and \(more) more") }
    return lines
  }
}

/// A value as JSON that people can read, too.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.keyEncodingStrategy = .convertToSnakeCase
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
