/// Checked sizes of a queue's rings and buffers.
internal struct RingConfiguration: Sendable {
  /// Elements of the packet ring.
  internal let ringSize: Int
  /// Elements of the fragment ring.
  internal let fragmentRingSize: Int
  /// Octets of each fragment's buffer.
  internal let bufferCapacity: Int
  /// Alignment of each buffer, in octets.
  internal let bufferAlignment: Int
  /// Data that packets carry beside their octets.
  internal let extensions: [PacketExtension]

  /// Largest number of elements of a ring: 65,536.
  internal static let maximumRingSize = 1 << 16
  /// Largest number of octets of a buffer, the limit of the 26-bit field `Capacity`.
  internal static let maximumBufferCapacity = 1 << 26 - 1
  /// Largest number of octets of all buffers of a queue: 4 GiB.
  internal static let maximumMemory = 1 << 32

  /// Checks the sizes, and rounds the capacity up to the alignment.
  ///
  /// - Throws: ``AdapterViolation`` with ``FailureCode/notPowerOfTwo`` (26) or
  ///   ``FailureCode/netQueueInvalidConfiguration`` (22).
  internal init(
    ringSize: Int, fragmentRingSize: Int, bufferCapacity: Int, bufferAlignment: Int,
    extensions: [PacketExtension]
  ) throws(AdapterViolation) {
    try Self.checkRing(ringSize, "ringSize")
    try Self.checkRing(fragmentRingSize, "fragmentRingSize")
    let limit = Self.maximumBufferCapacity
    for (name, octets) in [
      ("bufferCapacity", bufferCapacity), ("bufferAlignment", bufferAlignment),
    ]
    where !(1...limit).contains(octets) {
      throw AdapterViolation(
        .netQueueInvalidConfiguration, octets, limit,
        reason: "`\(name)` is \(octets) octets; it must be in 1...\(limit)")
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

  /// Whether packets carry the data of an extension, in whichever version.
  internal func includes(_ packetExtension: PacketExtension) -> Bool {
    extensions.contains { $0.name == packetExtension.name }
  }

  /// Checks the size of one ring; since one element is never in use, the smallest has two.
  private static func checkRing(_ size: Int, _ name: String) throws(AdapterViolation) {
    try AdapterViolation.checkPowerOfTwo(size, named: name)
    guard 2...maximumRingSize ~= size else {
      throw AdapterViolation(
        .netQueueInvalidConfiguration, size, maximumRingSize,
        reason: "`\(name)` is \(size); it must be in 2...\(maximumRingSize)")
    }
  }
}
