// The software key of the adapter in the registry.
extension NetAdapter {
  /// The keywords as they are stored now.
  public var keywords: KeywordStore { record.withLock { $0.keywords } }

  /// What was wrong with the keywords when they were last read: at the last start or request.
  public var keywordIssues: [KeywordIssue] { record.withLock { $0.keywordIssues } }

  /// Stores a keyword, or removes it if `value` is nil.
  ///
  /// Keywords are read at every start and with every request of a protocol, not when they change: a
  /// new value has effect from then on.
  public func setKeyword(_ keyword: Keyword, to value: KeywordStore.Value?) {
    record.withLock { $0.keywords[keyword] = value }
  }
}
