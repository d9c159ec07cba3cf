/// One thing that is wrong with a frame, or differs from what was expected.
///
/// ```swift
/// print(fault)      // frame 3, octet 18, ipv4.identification: expected 4661, found 4660
/// ```
public struct FrameFault: Error, Hashable, Sendable {
  /// Whether a field is wrong, or only waits for the NIC.
  public enum Kind: String, Hashable, Sendable {
    /// The value cannot be right.
    case wrong
    /// The sender left the field to its NIC: a checksum of the pseudo-header alone, a length of 0
    /// or an IPv4 header checksum of 0.
    case partial
  }

  /// The index of the frame, from 0.
  public var frame: Int
  /// The field: header and name, joined by a dot, after `outer.` or `inner.` in tunnels.
  ///
  /// Examples are `ipv4.totalLength`, `inner.tcp.psh`, `vlan1.identifier` and `payload`. Four are
  /// no headers' fields: `frames` (how many there are), `length` (of a frame, in octets), `mtu`
  /// (the largest IP packet) and `superFrame` (the frame that was to be segmented).
  public var field: String
  /// Where the field starts, counted from the link header; in a payload, the first wrong octet.
  ///
  /// Nil for what is no octet of the frame.
  public var octet: Int?
  /// What it should be.
  public var expected: FieldValue
  /// What it is.
  public var found: FieldValue
  /// Whether the field is wrong or partial.
  public var kind: Kind

  /// Makes a fault.
  public init(
    frame: Int = 0, field: String, octet: Int? = nil, expected: FieldValue, found: FieldValue,
    kind: Kind = .wrong
  ) {
    (self.frame, self.field, self.octet) = (frame, field, octet)
    (self.expected, self.found, self.kind) = (expected, found, kind)
  }
}

extension FrameFault: CustomStringConvertible {
  /// One line with all of it.
  public var description: String {
    let place = octet.map { ", octet \($0)" } ?? ""
    let note = kind == .partial ? " (left to the NIC)" : ""
    return "frame \(frame)\(place), \(field): expected \(expected), found \(found)\(note)"
  }
}
