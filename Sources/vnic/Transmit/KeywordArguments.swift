import NetAdapterCore

extension KeywordStore {
  /// Keywords as `--keyword '*Name=Value'` gives them.
  ///
  /// Any value is stored; the adapter reports what is wrong with it.
  init(_ arguments: [String]) throws(Failure) {
    self.init()
    for argument in arguments {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let keyword = Keyword(name: name) else {
        throw Failure(
          usage: "`--keyword \(argument)`: unknown keyword `\(name)`; \(Self.hint(for: name))")
      }
      guard parts.count == 2 else {
        throw Failure(
          usage: "`--keyword \(argument)`: a value is missing, as in `\(keyword.rawValue)=0`")
      }
      guard self[keyword] == nil else {
        throw Failure(usage: "`--keyword \(argument)`: \(keyword.rawValue) is given twice")
      }
      self[keyword] = Value(argument: String(parts[1]))
    }
  }

  private static func hint(for name: String) -> String {
    let names = Keyword.allCases.map { $0.rawValue.lowercased() }
    if let near = nearest(to: name.lowercased(), in: names), let keyword = Keyword(name: near) {
      return "did you mean `\(keyword.rawValue)`?"
    }
    let known: [Keyword] = [.lsoV1IPv4, .lsoV2IPv4, .lsoV2IPv6, .usoIPv4, .usoIPv6]
    return "segmentation has " + known.map { "`\($0.rawValue)`" }.joined(separator: ", ")
  }
}

extension KeywordStore.Value {
  /// Text, or a number written as in a `.reg` file: `dword:1`, in hexadecimal digits.
  fileprivate init(argument: String) {
    let prefix = "dword:"
    if argument.hasPrefix(prefix), let number = UInt32(argument.dropFirst(prefix.count), radix: 16)
    {
      self = .integer(number)
    } else {
      self = .string(argument)
    }
  }
}

extension KeywordStore.Value {
  /// The value as the command line has it.
  var argument: String {
    switch self {
    case .string(let text): text
    case .integer(let number): "dword:" + String(number, radix: 16)
    }
  }
}
