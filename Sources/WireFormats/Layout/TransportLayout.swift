/// Where a TCP or UDP header lies in a frame.
///
/// All offsets and lengths are octets; offsets count from the first octet of the frame.
public struct TransportLayout: Hashable, Sendable {
  /// The transport protocols that a frame can be segmented at.
  public enum Kind: Hashable, Sendable {
    /// RFC 9293.
    case tcp
    /// RFC 768.
    case udp

    /// The number in the IP header.
    public var ipProtocol: IPProtocol { self == .tcp ? .tcp : .udp }

    /// Where the checksum lies in the header.
    @inlinable public var checksumOffset: Int { self == .tcp ? 16 : 6 }
  }

  /// The protocol.
  public let kind: Kind
  @usableFromInline internal let headerLength8: UInt8
  @usableFromInline internal let offset32: UInt32

  /// Where the header starts.
  @inlinable public var offset: Int { Int(offset32) }

  /// Length of the header with its options.
  @inlinable public var headerLength: Int { Int(headerLength8) }

  /// Where the payload starts.
  @inlinable public var payloadOffset: Int { offset + headerLength }

  /// Where the checksum lies.
  @inlinable public var checksumOffset: Int { offset + kind.checksumOffset }

  /// Reads the transport header after an IP header; nil if it is neither TCP nor UDP, and for a
  /// fragment, whose payload need not start with a header.
  @inline(__always)
  internal init?(_ frame: RawSpan, after network: NetworkLayout) throws(WireError) {
    guard !network.isIPv4Fragment else { return nil }
    let packet = frame.extracting(first: network.end)
    let offset = network.upperOffset
    offset32 = UInt32(truncatingIfNeeded: offset)
    switch network.upperProtocol {
    case .tcp:
      kind = .tcp
      headerLength8 = UInt8(truncatingIfNeeded: try TCPHeader(packet, at: offset).headerLength)
    case .udp:
      kind = .udp
      headerLength8 = UInt8(truncatingIfNeeded: UDPHeader.byteCount)
      _ = try UDPHeader(packet, at: offset)
    default:
      return nil
    }
  }
}
