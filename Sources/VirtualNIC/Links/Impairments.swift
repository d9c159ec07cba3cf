/// What a bad wire does to frames.
///
/// Rates are probabilities from 0 to 1; everything is off at first.
public struct Impairments: Hashable, Sendable {
  /// How often a frame is lost.
  public var lossRate = 0.0
  /// How often a frame arrives twice.
  public var duplicationRate = 0.0
  /// How often one bit of a frame is turned.
  public var corruptionRate = 0.0
  /// How often a frame is held back by ``reorderingDelay``, so that later ones overtake it.
  public var reorderingRate = 0.0
  /// How long a frame that is held back waits, in nanoseconds.
  public var reorderingDelay: UInt64 = 0
  /// How long every frame takes, in nanoseconds.
  public var delay: UInt64 = 0
  /// Bits per second that the wire carries; nil for no limit.
  public var bandwidth: UInt64?

  /// A perfect wire.
  public init() {}

  /// A wire with some faults.
  public init(_ change: (inout Impairments) -> Void) { change(&self) }
}

/// What an impaired link did to frames so far.
public struct ImpairmentCounters: Hashable, Sendable {
  /// Frames that came in.
  public var sent = 0
  /// Frames that were lost.
  public var lost = 0
  /// Frames that went on twice.
  public var duplicated = 0
  /// Frames with a turned bit.
  public var corrupted = 0
  /// Frames that were held back.
  public var heldBack = 0
  /// Frames that reached the next link, duplicates included.
  public var delivered = 0
}
