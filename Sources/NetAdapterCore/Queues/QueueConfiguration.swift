/// Sizes of a queue's rings and buffers, checked.
internal struct QueueConfiguration: Sendable {
  /// Elements of the packet ring.
  internal let ringSize: Int
  /// Elements of the fragment ring.
  internal let fragmentRingSize: Int
  /// Octets of each fragment's buffer.
  internal let bufferCapacity: Int
  /// What a buffer's octets are aligned to.
  internal let bufferAlignment: Int
  /// What packets carry beside their octets.
  internal let extensions: [PacketExtension]

  /// Most elements of a ring; 65,536.
  internal static let maximumRingSize = 1 << 16
  /// Most octets of a buffer; what the field `Capacity` can say.
  internal static let maximumBufferCapacity = 1 << 26 - 1
  /// Most octets of all buffers of a queue; 4 GiB.
  internal static let maximumMemory = 1 << 32

  /// Holds the numbers against the rules, and rounds the capacity up to the alignment.
  internal init(
    ringSize: Int, fragmentRingSize: Int, bufferCapacity: Int, bufferAlignment: Int,
    extensions: [PacketExtension]
  ) throws(AdapterViolation) {
    try Self.checkRing(ringSize, "ringSize")
    try Self.checkRing(fragmentRingSize, "fragmentRingSize")
    let limit = Self.maximumBufferCapacity
    guard 1...limit ~= bufferCapacity, 1...limit ~= bufferAlignment else {
      throw AdapterViolation(
        .netQueueInvalidConfiguration, bufferCapacity, limit,
        reason: "`bufferCapacity` is \(bufferCapacity) octets; it must be in 1...\(limit)")
    }
    let rounded = (bufferCapacity + bufferAlignment - 1) & ~(bufferAlignment - 1)
    guard rounded <= limit, rounded * fragmentRingSize <= Self.maximumMemory else {
      throw AdapterViolation(
        .netQueueInvalidConfiguration, rounded, fragmentRingSize,
        reason: "\(fragmentRingSize) buffers of \(rounded) octets are more than "
          + "\(Self.maximumMemory) octets; make fewer or smaller ones")
    }
    (self.ringSize, self.fragmentRingSize) = (ringSize, fragmentRingSize)
    (self.bufferCapacity, self.bufferAlignment) = (rounded, bufferAlignment)
    self.extensions = extensions
  }

  /// A ring of one element could never hold any, as one is never in use.
  private static func checkRing(_ size: Int, _ name: String) throws(AdapterViolation) {
    try AdapterViolation.checkPowerOfTwo(size, name)
    guard 2...maximumRingSize ~= size else {
      throw AdapterViolation(
        .netQueueInvalidConfiguration, size, maximumRingSize,
        reason: "`\(name)` is \(size); it must be in 2...\(maximumRingSize)")
    }
  }
}
