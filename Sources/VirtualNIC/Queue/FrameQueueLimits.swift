internal import NetAdapterCore

/// The numbers that a queue of frames can have, besides those of its rings.
internal enum FrameQueueLimits {
  /// How many frames a queue may have room for.
  static let frameCount = 1...65_536

  /// Checks how many frames a queue is to have room for.
  static func check(frameCount: Int) throws(AdapterViolation) {
    guard !Self.frameCount.contains(frameCount) else { return }
    throw AdapterViolation(
      .netQueueInvalidConfiguration, frameCount, Self.frameCount.upperBound,
      reason: "`frameCount` is \(frameCount); it must be in \(Self.frameCount)")
  }

  /// Checks how many packets are to be sent in one advance; without any, no frame would complete.
  static func check(packetsPerAdvance: Int) throws(AdapterViolation) {
    guard packetsPerAdvance < 1 else { return }
    throw AdapterViolation(
      .netQueueInvalidConfiguration, packetsPerAdvance,
      reason: "`packetsPerAdvance` is \(packetsPerAdvance); it must be at least 1")
  }
}
