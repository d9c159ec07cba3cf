extension FrameRecipe {
  /// What stands between the VLAN tags of a link header and the IP packet.
  public enum Shim: Equatable, Sendable {
    /// An MPLS label stack from the outermost label inwards, at least one (RFC 3032).
    case mpls([MPLSLabel])
    /// A PPPoE session header and the PPP protocol (RFC 2516); the length counts from the protocol
    /// to the end of the packet.
    case pppoe(session: UInt16, length: LengthField = .exact)

    /// Octets of it.
    public var byteCount: Int {
      switch self {
      case .mpls(let labels): labels.count * 4
      case .pppoe: 8
      }
    }

    /// The EtherType that announces it.
    var etherType: UInt16 {
      switch self {
      case .mpls: EtherType.mpls
      case .pppoe: EtherType.pppoeSession
      }
    }

    /// Writes it before a packet of type `packetType` and `packetLength` octets.
    func octets(for packetType: UInt16, packetLength: Int) -> [UInt8] {
      switch self {
      case .mpls(let labels):
        return labels.enumerated().flatMap { index, label in
          label.octets(isLast: index == labels.count - 1)
        }
      case .pppoe(let session, let length):
        return [0x11, 0] + networkOrder16(session)
          + networkOrder16(length.resolve(2 + packetLength)) + pppProtocol(of: packetType)
      }
    }
  }

  /// An entry of an MPLS label stack; an integer literal is a label.
  public struct MPLSLabel: Equatable, Sendable {
    /// The label: 20 bits.
    public var label: UInt32
    /// The traffic class: 3 bits.
    public var trafficClass: UInt8
    /// The time to live.
    public var timeToLive: UInt8

    /// Makes an entry of its fields; whether it is the last one follows from its place.
    public init(_ label: UInt32, trafficClass: UInt8 = 0, timeToLive: UInt8 = 64) {
      self.label = label
      self.trafficClass = trafficClass
      self.timeToLive = timeToLive
    }

    fileprivate func octets(isLast: Bool) -> [UInt8] {
      let high = label << 12 | UInt32(trafficClass & 7) << 9
      return networkOrder32(high | (isLast ? 256 : 0) | UInt32(timeToLive))
    }
  }
}

extension FrameRecipe.MPLSLabel: ExpressibleByIntegerLiteral {
  /// The entry of a label, its other fields by default.
  public init(integerLiteral label: UInt32) { self.init(label) }
}

/// The PPP protocol of a packet with an EtherType.
func pppProtocol(of packetType: UInt16) -> [UInt8] {
  packetType == FrameRecipe.EtherType.ipv6 ? [0, 0x57] : [0, 0x21]
}
