import Foundation
import PacketCapture

/// `vnic inspect`: what frames are, and what cutting would do to them.
struct InspectCommand {
  /// Thrown to stop reading once the frame that was asked for has been shown.
  private struct Shown: Error {
    let isKept: Bool
  }

  private let inputPath: String
  private let limit: SizeLimit
  private let frameNumber: Int?
  private let wantsJSON: Bool

  init(_ arguments: ParsedArguments) throws(Failure) {
    inputPath = arguments.operands[0]
    limit = try SizeLimit(arguments)
    frameNumber = try arguments.number("--frame", in: 1...Int.max)
    wantsJSON = arguments.has("--json")
  }

  func run() throws -> ExitStatus {
    let input = try InputFile(inputPath)
    if let frameNumber { return try showOne(frameNumber, input) }
    return try showAll(input)
  }

  private func showOne(_ frameNumber: Int, _ input: InputFile) throws -> ExitStatus {
    var count = 0
    do {
      _ = try input.forEachRecord { record in
        count += 1
        guard count == frameNumber else { return }
        let examination = try Examination(of: record, in: input.name, limit: limit)
        let detail = FrameDetail(record, examination, limit: limit)
        try printOutput(wantsJSON ? try jsonText(detail) : detail.text)
        throw Shown(isKept: examination.verdict.isKept)
      }
    } catch let shown as Shown {
      return ExitStatus(framesKept: shown.isKept ? 1 : 0)
    }
    throw Failure("\(input.name): there is no frame \(frameNumber), only \(count)")
  }

  /// The list is written while the capture is read, so its JSON is put together here.
  private func showAll(_ input: InputFile) throws -> ExitStatus {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    var pending = wantsJSON ? "[" : ""
    var isFirst = true
    var keptCount = 0
    _ = try input.forEachRecord { record in
      let examination = try Examination(of: record, in: input.name, limit: limit)
      if examination.verdict.isKept { keptCount += 1 }
      let report = FrameReport(record, examination, limit: limit)
      if wantsJSON {
        let object = String(decoding: try encoder.encode(report), as: UTF8.self)
        pending += (isFirst ? "\n" : ",\n") + object
      } else {
        pending += report.text
      }
      isFirst = false
      if pending.utf8.count > 16_384 {
        try printOutput(pending)
        pending = ""
      }
    }
    try printOutput(pending + (wantsJSON ? "\n]\n" : ""))
    return ExitStatus(framesKept: keptCount)
  }

  static let description = CommandDescription(
    name: "inspect", summary: "Shows the frames of a capture, and what cutting would do to them.",
    operands: ["INPUT"],
    options: [
      .init("--frame", value: "N", "show the fields of one frame, and the plan of its segments")
    ] + SizeLimit.options + [
      .init("--json", "print JSON")
    ],
    discussion: """
      INPUT is a pcap or pcapng file, or - for standard input. A line has the number of the frame,
      its headers, its length, that of the IP packet and of the TCP or UDP payload, the largest TCP
      payload that would fit into the MTU, and what `vnic segment` would do with the same options.
      """)
}
