extension FrameRecipe {
  /// Real IPv4 options (RFC 791, section 3.1), each as its octets.
  public enum IPv4Option {
    /// End of options list; anything behind it is padding.
    public static let endOfList: [UInt8] = [0]
    /// No operation.
    public static let noOperation: [UInt8] = [1]
    /// Router alert (RFC 2113); has the "copied" flag.
    public static let routerAlert: [UInt8] = [148, 4, 0, 0]

    /// Record route with room for `slots` addresses; lacks the "copied" flag.
    public static func recordRoute(slots: Int) -> [UInt8] {
      [7, UInt8(3 + 4 * slots), 4] + [UInt8](repeating: 0, count: 4 * slots)
    }

    /// Time stamps only, with room for `slots` of them; lacks the "copied" flag.
    public static func timestamp(slots: Int) -> [UInt8] {
      [68, UInt8(4 + 4 * slots), 5, 0] + [UInt8](repeating: 0, count: 4 * slots)
    }

    /// Loose source route that is used up; has the "copied" flag.
    public static func looseSourceRoute(_ addresses: [[UInt8]]) -> [UInt8] {
      let list = addresses.flatMap { $0 }
      return [131, UInt8(3 + list.count), UInt8(4 + list.count)] + list
    }

    /// Any other option of two octets and more.
    public static func other(_ type: UInt8, _ contents: [UInt8]) -> [UInt8] {
      [type, UInt8(2 + contents.count)] + contents
    }
  }

  /// Real TCP options (RFC 9293, section 3.1), each as its octets.
  public enum TCPOption {
    /// End of options list; anything behind it is padding.
    public static let endOfList: [UInt8] = [0]
    /// No operation.
    public static let noOperation: [UInt8] = [1]
    /// Selective acknowledgement permitted (RFC 2018).
    public static let sackPermitted: [UInt8] = [4, 2]

    /// Maximum segment size.
    public static func maximumSegmentSize(_ size: UInt16) -> [UInt8] {
      [2, 4] + networkOrder16(size)
    }

    /// Window scale (RFC 7323).
    public static func windowScale(_ shift: UInt8) -> [UInt8] { [3, 3, shift] }

    /// Time stamps (RFC 7323).
    public static func timestamps(_ value: UInt32, _ echo: UInt32) -> [UInt8] {
      [8, 10] + networkOrder32(value) + networkOrder32(echo)
    }

    /// Selective acknowledgement of blocks, each with its left and right edge (RFC 2018).
    public static func sack(_ blocks: [(UInt32, UInt32)]) -> [UInt8] {
      let edges = blocks.flatMap { networkOrder32($0.0) + networkOrder32($0.1) }
      return [5, UInt8(2 + edges.count)] + edges
    }

    /// Any other option of two octets and more.
    public static func other(_ kind: UInt8, _ contents: [UInt8]) -> [UInt8] {
      [kind, UInt8(2 + contents.count)] + contents
    }
  }
}

extension FrameRecipe.ExtensionHeader {
  /// A hop-by-hop header with these options, padded by Pad1.
  public static func hopByHop(_ options: [UInt8] = []) -> FrameRecipe.ExtensionHeader {
    FrameRecipe.ExtensionHeader(FrameRecipe.IPNumber.hopByHop, options)
  }

  /// A destination options header with these options, padded by Pad1.
  public static func destinationOptions(_ options: [UInt8] = []) -> FrameRecipe.ExtensionHeader {
    FrameRecipe.ExtensionHeader(FrameRecipe.IPNumber.destinationOptions, options)
  }

  /// A routing header; with segments left, checksums cover its last destination.
  public static func routing(
    type: UInt8 = 4, segmentsLeft: UInt8 = 0, _ data: [UInt8] = []
  ) -> FrameRecipe.ExtensionHeader {
    FrameRecipe.ExtensionHeader(FrameRecipe.IPNumber.routing, [type, segmentsLeft] + data)
  }
}

/// The last address on the route in a routing header's contents (what follows its length octet);
/// nil if no segments are left or the type is not known.
package func finalDestination(routingHeader contents: [UInt8]) -> [UInt8]? {
  // Type, segments left, four octets of the type's own, then whole addresses.
  guard contents.count >= 6 + 16, contents[1] > 0 else { return nil }
  switch contents[0] {
  case 0, 2: return Array(contents[6...].prefix((contents.count - 6) / 16 * 16).suffix(16))
  // Segment routing (RFC 8754) lists its segments from the last to the first.
  case 4: return Array(contents[6..<22])
  default: return nil
  }
}
