/// Which frames of a capture a command is about: `--frames`.
struct FrameRange {
  private let numbers: ClosedRange<UInt64>

  /// All frames without the option.
  ///
  /// - Throws: ``Failure`` unless the option is a number, or two of which one may be missing.
  init(_ arguments: ParsedArguments) throws(Failure) {
    guard let text = arguments.value(Self.option.name) else {
      numbers = 1...UInt64.max
      return
    }
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let ends = parts.map { UInt64($0) }
    let isKnown = zip(parts, ends).allSatisfy { $0.isEmpty || $1 != nil }
    let first = ends.first.flatMap { $0 } ?? 1
    let last = parts.count == 1 ? first : ends.last.flatMap { $0 } ?? .max
    guard isKnown, text != "-", !text.isEmpty, first >= 1, first <= last else {
      throw Failure(
        usage: "`--frames \(text)`: frames are counted from 1, as in 7, 5-10, 5- or -10")
    }
    numbers = first...last
  }

  /// Whether a frame is among them.
  func contains(_ frameNumber: UInt64) -> Bool { numbers.contains(frameNumber) }

  /// The option.
  static let option = CommandDescription.Option(
    "--frames", value: "A-B",
    "only these frames, counted from 1: 5-10, 5-, -10 or 7")
}
