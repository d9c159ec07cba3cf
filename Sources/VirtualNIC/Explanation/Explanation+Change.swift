extension Explanation {
  /// A header field whose value in the small frames is not that in the large one.
  ///
  /// Segmentation goes from the large frame to the small ones, coalescing the other way.
  public struct Change: Hashable, Sendable, Encodable {
    /// The header: `IPv4`, with `outer` before it if it is one around a tunnel.
    public let layer: String
    /// The field; empty if the header as a whole is left out.
    public let field: String
    /// Where its first octet lies in the large frame.
    public let offset: Int
    /// The number of octets that it touches.
    public let length: Int
    /// The value in the large frame.
    public let largeFrame: String
    /// The value in the first small frame; nil if that does not have the header.
    public let first: String?
    /// The value in one between the first and the last; nil if there is none.
    public let middle: String?
    /// The value in the last one; nil if there is only one.
    public let last: String?
    /// How the value is made: `base + index modulo 65,536`.
    public let rule: String
    /// Where that is written: a section of an RFC, a page of Microsoft.
    public let source: String
  }
}

extension Explanation.Change {
  /// Compares the fields of a large frame with those of small ones.
  ///
  /// - Parameters:
  ///   - large: The headers of the large frame.
  ///   - small: Those of the first small frame, of one in the middle, and of the last.
  ///   - rules: How each field is made.
  /// - Returns: One entry for each field that differs, and one for each header that is left out.
  internal static func all(
    from large: [Explanation.Header], to small: [[Explanation.Header]], _ rules: ChangeRules
  ) -> [Explanation.Change] {
    guard !small.isEmpty else { return [] }
    let inner = large.lastIndex { $0.isIP } ?? 0
    let transport = large.lastIndex { $0.isTransport } ?? large.count
    var changes: [Explanation.Change] = []
    for (index, header) in large.enumerated() where header.isHeader {
      // Headers with the same name follow each other in the same order in all frames.
      let place = large[..<index].count { $0.layer == header.layer }
      let others = small.map { headers in
        headers.filter { $0.layer == header.layer }.dropFirst(place).first
      }
      let isOuter = (header.isIP && index < inner) || (header.isTransport && index < transport)
      let layer = (isOuter ? "outer " : "") + header.layer
      if others.allSatisfy({ $0 == nil }) {
        let rule = rules.rule(header.layer, "")
        changes.append(
          Explanation.Change(
            layer: layer, field: "", offset: header.offset, length: header.length,
            largeFrame: "\(header.length) octets", first: nil, middle: nil, last: nil,
            rule: rule.rule, source: rule.source))
        continue
      }
      for (row, field) in header.fields.enumerated() {
        let values = others.map { $0?.fields.indices.contains(row) == true ? $0?.fields[row] : nil }
        guard values.contains(where: { $0?.value != field.value }) else { continue }
        let rule = rules.rule(header.layer, field.name)
        changes.append(
          Explanation.Change(
            layer: layer, field: field.name, offset: field.offset, length: field.length,
            largeFrame: field.value, first: values.first??.value,
            middle: values.count > 2 ? values[1]?.value : nil,
            last: values.count > 1 ? values.last??.value : nil, rule: rule.rule,
            source: rule.source))
      }
    }
    return changes
  }
}

extension Explanation.Header {
  fileprivate var isIP: Bool { layer == "IPv4" || layer == "IPv6" }
  fileprivate var isTransport: Bool { layer == "TCP" || layer == "UDP" }
}
