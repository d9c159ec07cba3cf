struct InspectCommand {
  init(_ arguments: ParsedArguments) throws(Failure) {}
  func run() throws {}
  static let description = CommandDescription(
    name: "inspect", summary: "Shows the frames of a capture, and what cutting would do to them.",
    operands: ["INPUT"], options: SizeLimit.options, discussion: "")
}
