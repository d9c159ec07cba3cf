extension FrameRecipe {
  /// The header of a message of ICMP (RFC 792) or ICMPv6 (RFC 4443).
  public struct ICMP: Equatable, Sendable {
    /// The kind of message: by default an echo request, 8.
    public var type: UInt8 = 8
    /// What the kind of message is about in particular.
    public var code: UInt8 = 0
    /// The second word; of an echo message its identifier and sequence number.
    public var rest: UInt32 = 0

    /// An echo request of ICMP; change the fields that matter.
    public init() {}

    /// An echo request of ICMP, changed by `change`.
    public init(_ change: (inout ICMP) -> Void) { change(&self) }

    func header(checksum: UInt16) -> [UInt8] {
      [type, code] + networkOrder16(checksum) + networkOrder32(rest)
    }
  }
}

extension FrameRecipe.Transport {
  /// An echo request of ICMP, or a reply; the payload is what is echoed.
  public static func icmpEcho(
    identifier: UInt16 = 1, sequence: UInt16 = 1, isReply: Bool = false
  ) -> FrameRecipe.Transport {
    .icmp(
      FrameRecipe.ICMP {
        $0.type = isReply ? 0 : 8
        $0.rest = UInt32(identifier) << 16 | UInt32(sequence)
      })
  }

  /// An echo request of ICMPv6, or a reply; the payload is what is echoed.
  public static func icmpv6Echo(
    identifier: UInt16 = 1, sequence: UInt16 = 1, isReply: Bool = false
  ) -> FrameRecipe.Transport {
    .icmpv6(
      FrameRecipe.ICMP {
        $0.type = isReply ? 129 : 128
        $0.rest = UInt32(identifier) << 16 | UInt32(sequence)
      })
  }
}
