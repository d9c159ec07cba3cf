import FrameRecipes
import PacketCapture
import VirtualNICTesting

/// `vnic diff`: the first field in which two captures differ, or all of them.
struct DiffCommand {
  /// A difference in the form of `--json`.
  private struct Difference: Encodable {
    let frame: UInt64
    let field: String
    let octet: Int?
    let first: String
    let second: String

    /// For people.
    var text: String {
      let place = octet.map { ", octet \($0)" } ?? ""
      return "frame \(frame)\(place), \(field): \(first), \(second)\n"
    }
  }

  private let paths: (String, String)
  private let frames: FrameRange
  private let showsAll: Bool
  private let wantsJSON: Bool
  private let ignored: [String]

  init(_ arguments: ParsedArguments) throws(Failure) {
    paths = (arguments.operands[0], arguments.operands[1])
    frames = try FrameRange(arguments)
    showsAll = arguments.has("--all")
    wantsJSON = arguments.has("--json")
    ignored = arguments.values("--ignore")
    guard paths != ("-", "-") else {
      throw Failure(usage: "`-` can be one of the two captures, not both")
    }
  }

  func run() throws -> ExitStatus {
    let (one, other) = (try InputFile(paths.0), try InputFile(paths.1))
    var list = JSONList(isActive: wantsJSON, key: "differences")
    var (compared, differing, count) = (0, 0, 0)
    var isDone = false
    while !isDone {
      let (left, right) = (try one.nextFrame(of: frames), try other.nextFrame(of: frames))
      guard let left, let right else {
        if left == nil && right == nil { break }
        // The rest of the longer one is counted, so that both numbers are known.
        let more = try (left == nil ? other : one).countFrames(of: frames) + 1
        let counts = (compared + (left == nil ? 0 : more), compared + (right == nil ? 0 : more))
        let difference = Difference(
          frame: (left ?? right)?.frameNumber ?? 0, field: "frames", octet: nil,
          first: "\(counts.0)",
          second: "\(counts.1)")
        if !ignored.contains("frames") {
          try list.add(difference, text: difference.text)
          count += 1
        }
        break
      }
      compared += 1
      let found = Self.differences(left, right).filter { !isIgnored($0.field) }
      if !found.isEmpty { differing += 1 }
      for difference in showsAll ? found : Array(found.prefix(1)) {
        try list.add(difference, text: difference.text)
        count += 1
      }
      isDone = !showsAll && count > 0
    }
    try list.finish([("equal", "\(count == 0)"), ("frames_compared", "\(compared)")])
    if !wantsJSON { try printOutput(summary(compared, differing, count, (one.name, other.name))) }
    return count == 0 ? .done : .failed
  }

  private func summary(
    _ compared: Int, _ differing: Int, _ count: Int, _ names: (String, String)
  ) -> String {
    let pair = "\(names.0), \(names.1)"
    if count == 0 { return "\(pair): \(counted(compared, "frame")), no difference\n" }
    if !showsAll { return "\(pair): the first difference; --all shows all of them\n" }
    return "\(pair): \(counted(compared, "frame")) compared, \(differing) with differences\n"
  }

  /// Whether a field, or the header and all of its fields, is not to be compared.
  private func isIgnored(_ field: String) -> Bool {
    ignored.contains { field == $0 || field.hasSuffix(".\($0)") || field.hasPrefix("\($0).") }
  }

  private static func differences(_ left: CapturedFrame, _ right: CapturedFrame) -> [Difference] {
    let number = left.frameNumber
    let types = (left.interface.linkType, right.interface.linkType)
    guard types.0 == types.1 else {
      return [
        Difference(
          frame: number, field: "linkType", octet: nil, first: "\(types.0)", second: "\(types.1)")
      ]
    }
    var out: [Difference] = []
    if left.octets != right.octets {
      // What follows an unknown link header is compared as octets.
      let link = FrameRecipe.LinkKind(types.0, startingWith: left.octets.first)
      let faults = frameDifferences(
        expected: left.octets, actual: right.octets, frame: 0, link: link ?? .ethernet)
      out = faults.map {
        Difference(
          frame: number, field: link == nil && $0.octet != nil ? "unknown" : $0.field,
          octet: $0.octet, first: "\($0.expected)", second: "\($0.found)")
      }
    }
    if left.originalLength != right.originalLength && left.octets.count == right.octets.count {
      out.append(
        Difference(
          frame: number, field: "originalLength", octet: nil, first: "\(left.originalLength)",
          second: "\(right.originalLength)"))
    }
    return out
  }

  static let description = CommandDescription(
    name: "diff", summary: "Names the first field in which two captures differ.",
    operands: ["A", "B"],
    options: [
      .init("--all", "name every field of every frame that differs"),
      .init(
        "--ignore", value: "FIELD", isRepeatable: true,
        "do not compare a field, such as identification or tcp.psh, or all\nfields of a header, "
          + "such as ethernet; may be given more than once"),
      FrameRange.option,
      .init("--json", "print JSON"),
    ],
    discussion: """
      A and B are pcap or pcapng files; one of them may be - for standard input. Frames are compared
      in order, octet by octet; time stamps, comments and interfaces are not. A line has the
      frame, counted from 1, the octet, the field, and its values in A and in B.

      A field is called by its header and its name, with `outer.` or `inner.` before them in
      tunnels; `length` is that of a frame and `frames` how many there are. After a field that
      moves others, such as a header length, only the lengths of the frames are compared.

      The exit status is 1 if the captures differ.
      """)
}
