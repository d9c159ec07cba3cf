/// The faults of an ``ImpairedLink``.
///
/// ```swift
/// let faults = try Impairments {
///   $0.lossRate = 0.01          // one frame in a hundred
///   $0.delay = 50_000           // nanoseconds
/// }
/// ```
///
/// The values are checked when impairments are created, so every value of this type is valid. Each
/// member of ``Values`` can be read from impairments, too.
@dynamicMemberLookup
public struct Impairments: Hashable, Sendable {
  /// The values of all faults; the defaults are those of a perfect wire.
  public struct Values: Hashable, Sendable {
    /// The probability that a frame is lost, in 0...1.
    public var lossRate = 0.0
    /// The probability that a frame arrives twice, in 0...1.
    public var duplicationRate = 0.0
    /// The probability that one bit of a frame is flipped, in 0...1.
    public var corruptionRate = 0.0
    /// The probability that a frame is delayed by ``reorderingDelay``, so that later frames
    /// overtake it, in 0...1.
    public var reorderingRate = 0.0
    /// The additional delay of a frame that is held back, in nanoseconds.
    public var reorderingDelay: UInt64 = 0
    /// The delay of every frame, in nanoseconds.
    public var delay: UInt64 = 0
    /// The bandwidth in bits per second, at least 1; nil for no limit.
    public var bandwidth: UInt64?

    /// Creates the values of a perfect wire.
    public init() {}
  }

  internal let values: Values

  /// Creates a perfect wire.
  public init() { values = Values() }

  /// Creates impairments.
  ///
  /// - Parameter change: Sets the values that differ from those of a perfect wire.
  /// - Throws: ``LinkError/rateOutOfRange(name:value:)`` for a rate outside of 0...1, NaN
  ///   included; ``LinkError/bandwidthOfZero``.
  public init(_ change: (inout Values) -> Void) throws(LinkError) {
    var values = Values()
    change(&values)
    try self.init(values)
  }

  /// Returns impairments with some values changed.
  ///
  /// - Parameter change: Sets the values that differ from the present ones.
  /// - Returns: The present impairments with what `change` sets.
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
    // False for NaN.
    guard (0...1).contains(rate) else { throw .rateOutOfRange(name: name, value: rate) }
  }

  /// One of the values.
  public subscript<Value>(dynamicMember value: KeyPath<Values, Value>) -> Value {
    values[keyPath: value]
  }
}

/// The counters of an ``ImpairedLink``.
public struct ImpairmentCounters: Hashable, Sendable {
  /// Frames that were sent over the link.
  public var sent = 0
  /// Frames that were lost.
  public var lost = 0
  /// Frames that were duplicated.
  public var duplicated = 0
  /// Frames of which a bit was flipped.
  public var corrupted = 0
  /// Frames that were held back.
  public var heldBack = 0
  /// Frames that were delivered to the next link, duplicates included.
  public var delivered = 0
  /// Frames that were dropped because receivers had sent ``ImpairedLink/maximumAnswersAtOnce``
  /// others for the same moment, each from within a delivery.
  public var answersDropped = 0
}
