/// What a bad wire does to frames.
///
/// ```swift
/// let faults = try Impairments {
///   $0.lossRate = 0.01          // one frame in a hundred
///   $0.delay = 50_000           // nanoseconds
/// }
/// ```
///
/// A value of this type is always one that a wire can have: what ``Values`` say is checked when they
/// become impairments. Each of the values can be read from here as well.
@dynamicMemberLookup
public struct Impairments: Hashable, Sendable {
  /// The values to choose from; a perfect wire at first.
  public struct Values: Hashable, Sendable {
    /// The probability that a frame is lost, from 0 to 1.
    public var lossRate = 0.0
    /// The probability that a frame arrives twice, from 0 to 1.
    public var duplicationRate = 0.0
    /// The probability that one bit of a frame is inverted, from 0 to 1.
    public var corruptionRate = 0.0
    /// The probability that a frame is held back by ``reorderingDelay``, so that later ones overtake
    /// it, from 0 to 1.
    public var reorderingRate = 0.0
    /// How long a frame that is held back waits, in nanoseconds.
    public var reorderingDelay: UInt64 = 0
    /// How long every frame takes, in nanoseconds.
    public var delay: UInt64 = 0
    /// Bits per second that the wire carries, at least 1; nil for no limit.
    public var bandwidth: UInt64?

    /// A perfect wire.
    public init() {}
  }

  internal let values: Values

  /// A perfect wire.
  public init() { values = Values() }

  /// A wire with some faults.
  ///
  /// - Parameter change: Sets what differs from a perfect wire.
  /// - Throws: ``LinkError/rateOutOfRange(name:value:)`` for a rate that is no probability, NaN
  ///   included; ``LinkError/bandwidthOfZero``.
  public init(_ change: (inout Values) -> Void) throws(LinkError) {
    var values = Values()
    change(&values)
    try self.init(values)
  }

  /// The same wire with other faults.
  ///
  /// - Parameter change: Sets what differs from this one.
  /// - Returns: This wire with what was set.
  /// - Throws: As the initialiser.
  public func changed(_ change: (inout Values) -> Void) throws(LinkError) -> Impairments {
    var values = values
    change(&values)
    return try Impairments(values)
  }

  private init(_ values: Values) throws(LinkError) {
    try Self.check(values.lossRate, "lossRate")
    try Self.check(values.duplicationRate, "duplicationRate")
    try Self.check(values.corruptionRate, "corruptionRate")
    try Self.check(values.reorderingRate, "reorderingRate")
    guard values.bandwidth != 0 else { throw .bandwidthOfZero }
    self.values = values
  }

  private static func check(_ rate: Double, _ name: String) throws(LinkError) {
    // NaN is in no range.
    guard (0...1).contains(rate) else { throw .rateOutOfRange(name: name, value: rate) }
  }

  /// One of the values.
  public subscript<Value>(dynamicMember value: KeyPath<Values, Value>) -> Value {
    values[keyPath: value]
  }
}

/// What an impaired link did to frames so far.
public struct ImpairmentCounters: Hashable, Sendable {
  /// Frames that came in.
  public var sent = 0
  /// Frames that were lost.
  public var lost = 0
  /// Frames that went on twice.
  public var duplicated = 0
  /// Frames with an inverted bit.
  public var corrupted = 0
  /// Frames that were held back.
  public var heldBack = 0
  /// Frames that reached the next link, duplicates included.
  public var delivered = 0
}
