/// The arguments of a command: operands and options.
///
/// Options may stand anywhere, with their value as `--mtu 1500` or `--mtu=1500`; after `--` nothing
/// is an option, and `-` alone never is one.
struct ParsedArguments {
  private(set) var operands: [String] = []
  /// What each option was given; empty texts for options without values.
  private var values: [String: [String]] = [:]
  private let command: CommandDescription

  /// - Throws: ``Failure`` with a hint, if the command takes none such.
  init(_ arguments: [String], for command: CommandDescription) throws(Failure) {
    self.command = command
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        break
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        operands.append(argument)
        continue
      }
      try option(argument, &rest)
    }
    guard operands.count == command.operands.count else { throw operandCountFailure }
  }

  private mutating func option(
    _ argument: String, _ rest: inout ArraySlice<String>
  ) throws(Failure) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = command.options.first(where: { $0.name == name }) else {
      let suggestion = nearest(to: name, in: command.options.map(\.name))
      let hint = suggestion.map { "did you mean `\($0)`?" } ?? helpHint
      throw Failure(usage: "unknown option `\(name)`; \(hint)")
    }
    guard option.isRepeatable || values[name] == nil else {
      throw Failure(usage: "`\(name)` is given twice")
    }
    if option.value == nil {
      guard parts.count == 1 else { throw Failure(usage: "`\(name)` takes no value") }
      values[name] = [""]
    } else if parts.count == 2 {
      values[name, default: []].append(String(parts[1]))
    } else {
      guard let value = rest.popFirst() else {
        throw Failure(usage: "`\(name)` needs a value: \(option.value ?? ""); \(helpHint)")
      }
      values[name, default: []].append(value)
    }
  }

  private var helpHint: String { "try `vnic \(command.name) --help`" }

  private var operandCountFailure: Failure {
    if operands.count < command.operands.count {
      return Failure(usage: "\(command.operands[operands.count]) is missing; \(helpHint)")
    }
    return Failure(
      usage: "`\(operands[command.operands.count])` is one argument too many; \(helpHint)")
  }
}

extension ParsedArguments {
  /// Whether an option is given.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option; nil without it.
  func value(_ name: String) -> String? { values[name]?.last }

  /// All values of an option that may be repeated, in order.
  func values(_ name: String) -> [String] { values[name] ?? [] }

  /// The value of an option as a number in a range; nil without it.
  func number(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
    try numbers(name, in: range).last
  }

  /// All values of an option as numbers in a range, in order.
  func numbers(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> [Int] {
    try values(name).map { text throws(Failure) in
      guard let number = Int(text), range.contains(number) else {
        throw Failure(
          usage: "`\(name) \(text)`: a number from \(range.lowerBound) to \(range.upperBound) "
            + "is needed; \(helpHint)")
      }
      return number
    }
  }

  /// The value of an option as a probability; nil without it.
  func probability(_ name: String) throws(Failure) -> Double? {
    guard let text = value(name) else { return nil }
    guard let rate = Double(text), 0...1 ~= rate else {
      throw Failure(
        usage: "`\(name) \(text)`: a probability from 0 to 1 is needed; \(helpHint)")
    }
    return rate
  }

  /// The value of an option as one of several words; nil without it.
  func choice<Choice>(
    _ name: String, _ type: Choice.Type = Choice.self
  ) throws(Failure) -> Choice? where Choice: RawRepresentable<String> & CaseIterable {
    guard let text = value(name) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let words = Choice.allCases.map(\.rawValue)
      throw Failure(usage: "`\(name) \(text)`: \(alternatives(words)) is needed")
    }
    return choice
  }
}
