extension FrameRecipe {
  /// What the options of IPv4, IPv6 and TCP have in common: they are some octets.
  public protocol HeaderOption: Equatable, Sendable, ExpressibleByArrayLiteral {
    /// The octets of the option, type and length included.
    var octets: [UInt8] { get }
    /// An option of these octets, right or wrong.
    init(_ octets: [UInt8])
  }

  /// An IPv4 option (RFC 791, section 3.1).
  ///
  /// A list of octets is an option unmodified.
  public struct IPv4Option: HeaderOption {
    /// The octets of the option, type and length included.
    public var octets: [UInt8]
    /// What is wrong with the addresses in it.
    var addressFaults: [Fault.Reason] = []

    /// An option of these octets, right or wrong.
    public init(_ octets: [UInt8]) { self.octets = octets }

    /// End of options list; anything after it is padding.
    public static let endOfList: IPv4Option = [0]
    /// No operation.
    public static let noOperation: IPv4Option = [1]
    /// Router alert (RFC 2113); has the "copied" flag.
    public static let routerAlert: IPv4Option = [148, 4, 0, 0]

    /// Record route with room for `slots` addresses; lacks the "copied" flag.
    public static func recordRoute(slots: Int) -> IPv4Option {
      other(7, [4] + zeros(words: slots))
    }

    /// Time stamps only, with room for `slots` of them; lacks the "copied" flag.
    public static func timestamp(slots: Int) -> IPv4Option {
      other(68, [5, 0] + zeros(words: slots))
    }

    /// Loose source route that is used up; has the "copied" flag.
    public static func looseSourceRoute(_ addresses: [Address]) -> IPv4Option {
      let list = addresses.flatMap { $0.octets(count: 4) }
      var option = other(131, [UInt8(truncatingIfNeeded: 4 + list.count)] + list)
      option.addressFaults = addresses.compactMap { $0.fault(as: .ipv4) }
      return option
    }

    /// Any other option of two octets and more.
    public static func other(_ type: UInt8, _ contents: [UInt8]) -> IPv4Option {
      IPv4Option([type, UInt8(truncatingIfNeeded: 2 + contents.count)] + contents)
    }
  }

  /// A TCP option (RFC 9293, section 3.1).
  ///
  /// A list of octets is an option unmodified.
  public struct TCPOption: HeaderOption {
    /// The octets of the option, kind and length included.
    public var octets: [UInt8]

    /// An option of these octets, right or wrong.
    public init(_ octets: [UInt8]) { self.octets = octets }

    /// End of options list; anything after it is padding.
    public static let endOfList: TCPOption = [0]
    /// No operation.
    public static let noOperation: TCPOption = [1]
    /// Selective acknowledgement permitted (RFC 2018).
    public static let sackPermitted: TCPOption = [4, 2]

    /// Maximum segment size.
    public static func maximumSegmentSize(_ size: UInt16) -> TCPOption {
      other(2, networkOrder16(size))
    }

    /// Window scale (RFC 7323).
    public static func windowScale(_ shift: UInt8) -> TCPOption { other(3, [shift]) }

    /// Time stamps (RFC 7323).
    public static func timestamps(_ value: UInt32, _ echo: UInt32) -> TCPOption {
      other(8, networkOrder32(value) + networkOrder32(echo))
    }

    /// Selective acknowledgement of blocks, each with its left and right edge (RFC 2018).
    public static func sack(_ blocks: [(UInt32, UInt32)]) -> TCPOption {
      other(5, blocks.flatMap { networkOrder32($0.0) + networkOrder32($0.1) })
    }

    /// Any other option of two octets and more.
    public static func other(_ kind: UInt8, _ contents: [UInt8]) -> TCPOption {
      TCPOption([kind, UInt8(truncatingIfNeeded: 2 + contents.count)] + contents)
    }
  }

  /// An option of an IPv6 hop-by-hop or destination options header (RFC 8200, section 4.2).
  public struct IPv6Option: HeaderOption {
    /// The octets of the option, type and length included.
    public var octets: [UInt8]
    /// What is wrong with the addresses in it.
    var addressFaults: [Fault.Reason] = []

    /// An option of these octets, right or wrong.
    public init(_ octets: [UInt8]) { self.octets = octets }

    /// Router alert for multicast listener discovery (RFC 2711).
    public static let routerAlert: IPv6Option = [5, 2, 0, 0]

    /// Jumbo payload: the length of a packet above 65,535 octets (RFC 2675).
    public static func jumboPayload(_ length: UInt32) -> IPv6Option {
      other(0xC2, networkOrder32(length))
    }

    /// Home address of mobile IPv6 (RFC 6275, section 6.3).
    public static func homeAddress(_ address: Address) -> IPv6Option {
      var option = other(0xC9, address.octets(count: 16))
      option.addressFaults = [address.fault(as: .ipv6)].compactMap { $0 }
      return option
    }

    /// `count` octets of padding: Pad1 or PadN.
    public static func padding(_ count: Int) -> IPv6Option {
      count < 2 ? IPv6Option(zeros(count)) : other(1, zeros(count - 2))
    }

    /// Any other option of two octets and more.
    public static func other(_ type: UInt8, _ contents: [UInt8]) -> IPv6Option {
      IPv6Option([type, UInt8(truncatingIfNeeded: contents.count)] + contents)
    }
  }
}

extension FrameRecipe.HeaderOption {
  /// An option of these octets, right or wrong.
  public init(arrayLiteral octets: UInt8...) { self.init(octets) }
}

/// The same in words of four octets.
private func zeros(words: Int) -> [UInt8] { zeros(4 * max(0, min(words, 1_024))) }

/// As many zeros, yet not more than an option could ever take, so that the rest is a fault.
private func zeros(_ count: Int) -> [UInt8] {
  [UInt8](repeating: 0, count: max(0, min(count, 4_096)))
}
