/// UDP ports that mean one kind of tunnel: a set of at most ``capacity`` ports.
///
/// ```swift
/// TunnelRecognition(vxlanPorts: [4_789, 8_472])
/// ```
///
/// A value of 16 octets, without allocation. Port 0 is reserved (RFC 6335, section 6) and never an
/// element.
public struct TunnelPorts: Hashable, Sendable {
  /// The most ports that a set holds.
  public static let capacity = 8

  // Four ports each, 16 bits per port, ascending from the lowest bits of `low`; 0 is an empty
  // place. Every UDP frame is looked up, and words take fewer instructions than a vector.
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// A set without ports.
  public init() {}

  /// A set of some ports; nil if there are more than ``capacity`` different ones.
  ///
  /// - Complexity: O(*n*) in the number of ports. Does not allocate.
  public init?(_ ports: some Sequence<UInt16>) {
    for port in ports {
      guard insert(port) else { return nil }
    }
  }

  /// True if there is no port.
  @inline(__always)
  public var isEmpty: Bool { low | high == 0 }

  /// The ports in ascending order.
  public var array: [UInt16] { (0..<Self.capacity).map { self[$0] }.filter { $0 != 0 } }

  /// Whether a port is an element.
  ///
  /// - Complexity: O(1). Does not allocate.
  @inline(__always)
  public func contains(_ port: UInt16) -> Bool {
    let wanted = UInt64(port) &* Self.ones
    return port != 0 && (Self.hasZero(low ^ wanted) || Self.hasZero(high ^ wanted))
  }

  /// Adds a port; 0 is ignored.
  ///
  /// - Returns: False if the set is full; it does not change then.
  /// - Complexity: O(1). Does not allocate.
  @discardableResult
  public mutating func insert(_ port: UInt16) -> Bool {
    if port == 0 || contains(port) { return true }
    guard self[0] == 0 else { return false }
    // Ascending order makes equal sets equal values.
    var index = 0
    while index + 1 < Self.capacity, self[index + 1] < port {
      self[index] = self[index + 1]
      index += 1
    }
    self[index] = port
    return true
  }

  private static let ones: UInt64 = 0x0001_0001_0001_0001

  /// Whether one of four 16-bit numbers is 0: subtracting 1 sets the top bit of a number whose top
  /// bit was clear only if the number is 0.
  @inline(__always)
  private static func hasZero(_ word: UInt64) -> Bool {
    (word &- ones) & ~word & (ones << 15) != 0
  }

  private subscript(index: Int) -> UInt16 {
    get {
      UInt16(truncatingIfNeeded: (index < 4 ? low : high) >> UInt64(index % 4 * 16))
    }
    set {
      let shift = UInt64(index % 4 * 16)
      let kept = ~(0xFFFF << shift) as UInt64
      let added = UInt64(newValue) << shift
      if index < 4 { low = low & kept | added } else { high = high & kept | added }
    }
  }
}

extension TunnelPorts: ExpressibleByArrayLiteral {
  /// A set of the ports in a literal.
  ///
  /// - Precondition: There are at most ``capacity``. For ports from input use ``init(_:)`` or
  ///   ``insert(_:)``, which report a full set.
  public init(arrayLiteral ports: UInt16...) {
    precondition(ports.count <= Self.capacity, "more than 8 ports")
    for port in ports { insert(port) }
  }
}
