extension TransmitSummary {
  /// The summary for people.
  func text(output: String) -> String {
    var lines = [Self.row("frames", "on the wire", "decision")]
    for row in decisions {
      lines.append(Self.row("\(row.frames)", "\(row.wireFrames)", Self.fate(row)))
    }
    if decisions.isEmpty { lines.append("       0            0  the capture has no frames") }
    lines += counterLines
    if let link {
      lines.append(
        "link (seed \(link.seed)): \(counted(link.sent, "frame")) sent, \(link.lost) lost, "
          + "\(link.duplicated) duplicated, \(link.corrupted) corrupted, "
          + "\(link.heldBack) held back, \(link.delivered) delivered")
    }
    if let receiver {
      lines.append(
        "receiver: \(counted(receiver.framesReceived, "frame")) received, "
          + "\(receiver.segmentsCoalesced) of them coalesced into \(receiver.framesCoalesced)")
    }
    if let fault {
      lines.append(
        "fault \(fault.name): \(counted(fault.framesChanged, "frame")) changed, missing or added")
    }
    if let text = omissions.text { lines.append("left out: \(text)") }
    for place in damage.prefix(10) {
      lines.append("damage: octet \(place.octet): \(place.message)")
    }
    lines.append("\(output): \(counted(counters.framesWritten, "frame"))")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ frames: String, _ wireFrames: String, _ decision: String) -> String {
    "\(aligned(frames, 8)) \(aligned(wireFrames, 12))  \(decision)"
  }

  private static func fate(_ row: Row) -> String {
    let remedy = row.remedy.map { " (\($0))" } ?? ""
    let why = row.category.map { " because " + $0 + remedy } ?? ""
    return "\(row.decision.text)\(why), first frame \(row.firstFrame)"
  }

  private var counterLines: [String] {
    let all = counters
    var lines = [
      "counters",
      "  source frames: \(all.sourceFrames) = \(all.hardwareFrames) hardware + "
        + "\(all.softwareFrames) software + \(all.sentWhole) whole + \(all.dropped) dropped",
      "  wire frames:   \(all.wireFrames), \(counted(all.wireOctets, "octet"))",
      "  checksums:     \(all.hardwareChecksums) by hardware, \(all.softwareChecksums) by software",
      "  TCP:           \(all.tcpSuccess) segmented, \(all.tcpFailure) failed",
      "  UDP:           \(all.udpSuccess) segmented, \(all.udpFailure) failed",
    ]
    if all.udpFramesFromFlow > 0 {
      lines[lines.count - 1] += "; \(all.udpFramesFromFlow) to the length of the flow's datagrams"
    }
    if all.guessedUdpFrames > 0 {
      lines[lines.count - 1] +=
        "; where datagrams end is a guess, --mss says how long they are"
    }
    if all.lengthsCompleted > 0 {
      lines.append(
        "  lengths:       completed in \(counted(all.lengthsCompleted, "frame")), "
          + "where they were 0")
    }
    if all.checksumsWrong > 0 {
      lines.append(
        "  checksums:     wrong in \(counted(all.checksumsWrong, "frame")) that fit, copied")
    }
    return lines
  }
}
