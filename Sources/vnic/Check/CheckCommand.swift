import PacketCapture

/// `vnic check`: whether lengths and checksums of a capture's frames are right.
struct CheckCommand {
  /// How many frames came out how, for `--json`.
  private struct Counts: Encodable {
    var frames = 0
    var right = 0
    var partial = 0
    var wrong = 0
    var unchecked = 0

    mutating func note(_ state: CheckedFrame.State) {
      frames += 1
      switch state {
      case .right: right += 1
      case .partial: partial += 1
      case .wrong: wrong += 1
      case .unchecked: unchecked += 1
      }
    }
  }

  private let inputPath: String
  private let mtu: Int?
  private let frames: FrameRange
  /// Octets of the virtio-net header before every frame; 0 without.
  private let headerLength: Int
  private let isStrict: Bool
  private let showsAll: Bool
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    inputPath = arguments.operands[0]
    mtu = try arguments.number("--mtu", in: 1...1_000_000)
    headerLength = try arguments.number("--vnet-hdr", in: 10...24) ?? 0
    guard [0, 10, 12, 20, 24].contains(headerLength) else {
      throw Failure(usage: "`--vnet-hdr` takes 10, 12, 20 or 24, not \(headerLength)")
    }
    frames = try FrameRange(arguments)
    isStrict = arguments.has("--strict")
    showsAll = arguments.has("--all")
    wantsJSON = arguments.has("--json")
  }

  func run() throws -> ExitStatus {
    let input = try InputFile(inputPath)
    var counts = Counts()
    var damage = DamageReport()
    var list = JSONList(isActive: wantsJSON, key: "frames")
    let end = try input.forEachItem { item in
      if case .damage(let error) = item.kind {
        damage.note(error)
        try list.addText("     -  damage at \(error)\n")
      }
      guard let record = item.record, frames.contains(record.frameNumber) else { return }
      let frame = CheckedFrame(record, mtu: mtu, headerLength: headerLength)
      counts.note(frame.state)
      guard showsAll || frame.state == .wrong || (isStrict && frame.state == .partial) else {
        return
      }
      try list.add(frame, text: frame.text)
    }
    if let end {
      damage.note(end)
      try list.addText("     -  damage at \(end)\n")
    }
    try list.finish([
      ("counts", try jsonLine(counts)), ("damage", try jsonLine(damage.places)),
    ])
    if !wantsJSON { try printOutput(summary(counts, input.name)) }
    try damage.check(input.name)
    return counts.wrong > 0 || (isStrict && counts.partial > 0) ? .failed : .done
  }

  private func summary(_ counts: Counts, _ name: String) -> String {
    var parts = ["\(counts.right) right"]
    if counts.partial > 0 { parts.append("\(counts.partial) left to a NIC (partial)") }
    parts.append("\(counts.wrong) wrong")
    if counts.unchecked > 0 { parts.append("\(counts.unchecked) not checked") }
    return "\(name): \(counted(counts.frames, "frame")): \(parts.joined(separator: ", "))\n"
  }

  static let description = CommandDescription(
    name: "check", summary: "Checks lengths, checksums and sizes of the frames of a capture.",
    operands: ["INPUT"],
    options: [
      .init(
        "--mtu", value: "N", "an IP packet of more than N octets is wrong; without it,\nany size"),
      .init(
        "--vnet-hdr", value: "10|12|20|24",
        "octets of the virtio-net header before every frame, to skip"),
      FrameRange.option,
      .init("--strict", "what a sender left to its NIC is wrong, too"),
      .init("--all", "show every frame, not only those with faults"),
      .init("--json", "print JSON"),
    ],
    discussion: """
      INPUT is a pcap or pcapng file, or - for standard input. Checked are the lengths of IP and
      UDP, the checksums of IPv4, TCP, UDP and GRE, through tunnels, and frame check sequences
      if there are any. Each fault is shown with its field, what it should be and what it is.

      A checksum that covers the pseudo-header alone, a length of 0 and an IPv4 header checksum of 0
      are what a sender leaves to its NIC: they are counted as partial, not as wrong. Octets
      after the IP packet are allowed. Frames that hold no IP packet, and those that were not
      captured to the end, are not checked.

      The exit status is 1 if any frame is wrong.
      """)
}
