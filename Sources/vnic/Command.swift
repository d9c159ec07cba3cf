import Foundation

/// The version that `vnic --version` prints.
let toolVersion = "0.1.0"

/// What the command line can do; each command has its own file.
enum Command: String, CaseIterable {
  case segment
  case coalesce
  case inspect
  case explain
  case check
  case diff
  case transmit
  case conformance
  case bench
  #if os(Linux)
    case bridge
  #endif

  /// Its arguments, for the parser and for `--help`.
  var description: CommandDescription {
    switch self {
    case .segment: SegmentCommand.description
    case .coalesce: CoalesceCommand.description
    case .inspect: InspectCommand.description
    case .explain: ExplainCommand.description
    case .check: CheckCommand.description
    case .diff: DiffCommand.description
    case .transmit: TransmitCommand.description
    case .conformance: ConformanceCommand.description
    case .bench: BenchCommand.description
    #if os(Linux)
      case .bridge: BridgeCommand.description
    #endif
    }
  }

  func run(_ arguments: ParsedArguments) throws -> ExitStatus {
    switch self {
    case .segment: try SegmentCommand(arguments).run()
    case .coalesce: try CoalesceCommand(arguments).run()
    case .inspect: try InspectCommand(arguments).run()
    case .explain: try ExplainCommand.run(arguments)
    case .check: try CheckCommand(arguments).run()
    case .diff: try DiffCommand(arguments).run()
    case .transmit: try TransmitCommand(arguments).run()
    case .conformance: try ConformanceCommand(arguments).run()
    case .bench: try BenchCommand(arguments).run()
    #if os(Linux)
      case .bridge: try BridgeCommand(arguments).run()
    #endif
    }
  }

  /// The answer to `vnic --help`.
  static var overview: String {
    var text = """
      vnic \(toolVersion): segments and merges frames as a NIC would

      Usage: vnic COMMAND ARGUMENTS

      Commands:

      """
    for command in allCases {
      text += "  \(padded(command.rawValue, 12)) \(command.description.summary)\n"
    }
    return text + """

      `vnic COMMAND --help` explains a command, `vnic --version` prints the version.
      \(ExitStatus.help)

      """
  }
}

/// Runs the tool.
///
/// - Parameter arguments: The command line without the name of the program.
/// - Returns: The exit status.
func runCommandLine(_ arguments: [String]) -> Int32 {
  do {
    return try dispatch(arguments).rawValue
  } catch let failure as Failure {
    if let message = failure.message { printError("vnic: \(message)\n") }
    return failure.status.rawValue
  } catch {
    printError("vnic: \(error)\n")
    return ExitStatus.failed.rawValue
  }
}

private func dispatch(_ arguments: [String]) throws -> ExitStatus {
  guard let first = arguments.first else {
    throw Failure(usage: "a command is missing; try `vnic --help`")
  }
  if ["--help", "-h", "help"].contains(first) { return try answer(Command.overview) }
  if first == "--version" { return try answer("vnic \(toolVersion)\n") }
  guard let command = Command(rawValue: first) else {
    let kind = first.hasPrefix("-") ? "option" : "command"
    let names = Command.allCases.map(\.rawValue) + ["--help", "--version"]
    let hint = nearest(to: first, in: names).map { "did you mean `\($0)`?" } ?? "try `vnic --help`"
    throw Failure(usage: "unknown \(kind) `\(first)`; \(hint)")
  }
  let rest = Array(arguments.dropFirst())
  if CommandDescription.asksForHelp(rest) { return try answer(command.description.help) }
  return try command.run(ParsedArguments(rest, for: command.description))
}

private func answer(_ text: String) throws(Failure) -> ExitStatus {
  try printOutput(text)
  return .done
}
