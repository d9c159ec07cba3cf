/// The control bits of a TCP header, with the reserved bits above them (RFC 9293, section 3.1).
///
/// The raw value is the low twelve bits of the word that starts with the data offset.
public struct TCPFlags: OptionSet, Hashable, Sendable {
  /// The bits, as the low twelve bits of octets 12 and 13 of the header.
  public let rawValue: UInt16

  /// Takes the low twelve bits of `rawValue`.
  ///
  /// The others, which are the data offset, are ignored.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue & 0x0FFF }

  /// No more data from the sender.
  @inlinable public static var fin: TCPFlags { TCPFlags(rawValue: 0x001) }
  /// Synchronise sequence numbers.
  @inlinable public static var syn: TCPFlags { TCPFlags(rawValue: 0x002) }
  /// Reset the connection.
  @inlinable public static var rst: TCPFlags { TCPFlags(rawValue: 0x004) }
  /// Push what has arrived to the application.
  @inlinable public static var psh: TCPFlags { TCPFlags(rawValue: 0x008) }
  /// The acknowledgement number is valid.
  @inlinable public static var ack: TCPFlags { TCPFlags(rawValue: 0x010) }
  /// The urgent pointer is valid.
  @inlinable public static var urg: TCPFlags { TCPFlags(rawValue: 0x020) }
  /// Explicit congestion notification echo (RFC 3168).
  @inlinable public static var ece: TCPFlags { TCPFlags(rawValue: 0x040) }
  /// Congestion window reduced (RFC 3168).
  @inlinable public static var cwr: TCPFlags { TCPFlags(rawValue: 0x080) }
  /// Accurate ECN, once the nonce sum (RFC 9768).
  @inlinable public static var ae: TCPFlags { TCPFlags(rawValue: 0x100) }

  /// The names of the bits, from the most to the least significant.
  private static let names: [(TCPFlags, String)] = [
    (.ae, "AE"), (.cwr, "CWR"), (.ece, "ECE"), (.urg, "URG"), (.ack, "ACK"), (.psh, "PSH"),
    (.rst, "RST"), (.syn, "SYN"), (.fin, "FIN"),
  ]
}

extension TCPFlags: CustomStringConvertible {
  /// The names of the set bits, least significant last: `ACK,PSH`; `none` if no bit is set.
  public var description: String {
    var parts = Self.names.filter { contains($0.0) }.map(\.1)
    let reserved = rawValue >> 9
    if reserved != 0 { parts.insert("reserved \(reserved)", at: 0) }
    return parts.isEmpty ? "none" : parts.joined(separator: ",")
  }
}
