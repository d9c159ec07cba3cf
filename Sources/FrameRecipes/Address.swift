extension FrameRecipe {
  /// A MAC, IPv4 or IPv6 address, as text or as octets.
  ///
  /// A string literal is an address: `"02:00:00:00:00:01"`, `"192.0.2.1"`, `"2001:db8::1"`. So is
  /// an interpolated string, `"192.0.2.\(host)"`, which also takes the addresses of other modules,
  /// and a list of octets, `[192, 0, 2, 1]`.
  ///
  /// Text that is no address can be put into a recipe, but ``FrameRecipe/octets`` throws, and tells
  /// which character is wrong.
  public struct Address: Hashable, Sendable {
    enum Storage: Hashable, Sendable {
      case octets([UInt8])
      /// Text that is no address of any family.
      case text(String)
    }

    let storage: Storage

    /// An address in network order: six octets, four, or sixteen.
    public init(_ octets: [UInt8]) { storage = .octets(octets) }

    /// An address as text: six pairs of hexadecimal digits joined by colons or hyphens, dotted
    /// decimal (RFC 1123, section 2.1), or a text form of IPv6 (RFC 4291, section 2.2).
    public init(_ text: String) {
      // No text is an address of two families.
      for family in AddressFamily.allCases {
        if case .success(let octets) = family.read(text) {
          storage = .octets(octets)
          return
        }
      }
      storage = .text(text)
    }

    /// The octets in network order; nil if the text is no address.
    public var octets: [UInt8]? {
      if case .octets(let octets) = storage { octets } else { nil }
    }

    /// The octets for a field of `count` octets; zeros fill up what is missing.
    package func octets(count: Int) -> [UInt8] {
      let known = (octets ?? []).prefix(count)
      return known + [UInt8](repeating: 0, count: count - known.count)
    }

    /// Why this is no address of `family`; nil if it is one.
    func fault(as family: AddressFamily) -> FrameRecipe.Fault.Reason? {
      switch storage {
      case .octets(let octets) where octets.count == family.byteCount: nil
      case .octets(let octets):
        .otherAddress(self, family, octetCount: octets.count)
      case .text(let text):
        if case .failure(let error) = family.read(text) { .badAddress(error) } else { nil }
      }
    }
  }

  /// The kinds of ``Address``.
  public enum AddressFamily: String, CaseIterable, Hashable, Sendable {
    /// Six octets: Ethernet.
    case mac = "MAC"
    /// Four octets.
    case ipv4 = "IPv4"
    /// Sixteen octets.
    case ipv6 = "IPv6"

    /// Octets of an address.
    public var byteCount: Int {
      switch self {
      case .mac: 6
      case .ipv4: 4
      case .ipv6: 16
      }
    }
  }
}

extension FrameRecipe.Address: ExpressibleByStringInterpolation {
  /// See ``init(_:)-(String)``.
  public init(stringLiteral text: String) { self.init(text) }
}

extension FrameRecipe.Address: ExpressibleByArrayLiteral {
  /// An address in network order.
  public init(arrayLiteral octets: UInt8...) { self.init(octets) }
}

extension FrameRecipe.Address: CustomStringConvertible {
  /// The address as text; a list if it has an odd number of octets, bad text unmodified.
  public var description: String {
    switch storage {
    case .text(let text): return text
    case .octets(let octets):
      switch octets.count {
      case 4: return octets.map { String($0) }.joined(separator: ".")
      case 6: return octets.map { twoDigits($0) }.joined(separator: ":")
      case 16:
        return stride(from: 0, to: 16, by: 2).map { String(word(octets, $0), radix: 16) }
          .joined(separator: ":")
      default: return "\(octets)"
      }
    }
  }
}

private func twoDigits(_ octet: UInt8) -> String {
  (octet < 16 ? "0" : "") + String(octet, radix: 16)
}
