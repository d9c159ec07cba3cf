public import WireFormats

extension OffloadRefusal: CodedError {
  /// The code, and the numbers of members and of keywords.
  public var numbers: ErrorNumbers { ErrorNumbers(540, members.count, keywords.count) }
}
