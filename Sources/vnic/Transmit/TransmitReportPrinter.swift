/// Prints the report while frames are sent, so that it takes no memory: as text, or as one document
/// of JSON.
struct TransmitReportPrinter {
  /// What was asked for; the head of the JSON document.
  struct Run: Encodable {
    let input: String
    let output: String
    let format: String
    let rules: String
    let mtu: Int
    let mss: Int?
  }

  /// The version of the form.
  private static let jsonVersion = 2
  private static let flushByteCount = 16_384

  private let wantsJSON: Bool
  /// True if standard output holds the capture.
  private let goesToStandardError: Bool
  private var pending = ""
  private var frameCount = 0
  /// True once the reader of standard output is gone; frames are sent all the same.
  private var isReaderGone = false

  init(wantsJSON: Bool, goesToStandardError: Bool) {
    (self.wantsJSON, self.goesToStandardError) = (wantsJSON, goesToStandardError)
  }

  /// What comes before the frames.
  mutating func begin(_ run: Run, _ choice: SegmentSizeChoice, _ handshake: Handshake) throws {
    guard wantsJSON else {
      pending += "\(run.input): sent by a NIC with \(choice.description)\n" + handshake.text
      return
    }
    pending += "{\n  \"version\" : \(Self.jsonVersion),\n  \"run\" : \(try indented(run))"
    pending += ",\n  \"handshake\" : \(try indented(handshake))"
  }

  /// One frame.
  mutating func add(_ decision: FrameDecision) throws {
    if wantsJSON {
      let object = try jsonLine(decision)
      pending += (frameCount == 0 ? ",\n  \"frames\" : [\n    " : ",\n    ") + object
    } else {
      pending += (frameCount == 0 ? "frames\n" : "") + decision.text
    }
    frameCount += 1
    if pending.utf8.count > Self.flushByteCount { try flush() }
  }

  /// What comes after them; `explains` says whether there is a list of frames, empty or not.
  mutating func end(_ summary: TransmitSummary, output: String, explains: Bool) throws {
    if wantsJSON {
      if explains { pending += frameCount == 0 ? ",\n  \"frames\" : []" : "\n  ]" }
      pending += ",\n  \"decisions\" : \(try indented(summary.decisions))"
      pending += ",\n  \"counters\" : \(try indented(summary.counters))"
      pending += ",\n  \"damage\" : \(try indented(summary.damage))"
      pending += ",\n  \"omissions\" : \(try indented(summary.omissions))"
      if let link = summary.link { pending += ",\n  \"link\" : \(try indented(link))" }
      if let receiver = summary.receiver {
        pending += ",\n  \"receiver\" : \(try indented(receiver))"
      }
      if let fault = summary.fault { pending += ",\n  \"fault\" : \(try indented(fault))" }
      pending += "\n}\n"
    } else {
      pending += summary.text(output: output)
    }
    try flush()
    if isReaderGone { throw Failure.brokenPipe }
  }

  private func indented(_ value: some Encodable) throws -> String {
    let lines = try jsonText(value).split(separator: "\n")
    return lines.joined(separator: "\n  ")
  }

  private mutating func flush() throws {
    let text = pending
    pending = ""
    if isReaderGone { return }
    if goesToStandardError { return printError(text) }
    do throws(Failure) {
      try printOutput(text)
    } catch {
      guard error.isBrokenPipe else { throw error }
      isReaderGone = true
    }
  }
}
