/// Octets of a capture that turned out otherwise than they were written.
///
/// Headers state the snap length, the most octets of a frame, before the frames are known. Where the
/// output can be written to at any place, these make it true.
public struct SnapLengthUpdate: Hashable, Sendable {
  /// The place in the output, in octets from its start.
  public let byteOffset: UInt64
  /// The four octets that belong there.
  public let octets: [UInt8]

  init(_ byteOffset: UInt64, _ snapLength: Int, _ order: ByteOrder) {
    self.byteOffset = byteOffset
    let value = UInt32(snapLength)
    let bigEndian = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    octets = order == .bigEndian ? bigEndian : bigEndian.reversed()
  }
}

/// A snap length that was written, and what it should have been.
struct StatedSnapLength {
  let byteOffset: UInt64
  /// 0 for no limit.
  let stated: UInt32
  let order: ByteOrder
  /// The longest frame so far, in octets.
  var longest = 0

  /// What to change; nil if the statement holds.
  var update: SnapLengthUpdate? {
    guard stated != 0, longest > Int(stated) else { return nil }
    return SnapLengthUpdate(byteOffset, longest, order)
  }
}

/// The half of the buffer that the two writers share.
extension OctetBuffer {
  /// Hands everything to `sink` at once, and forgets it if `sink` returns.
  mutating func drain<Failure>(_ sink: (RawSpan) throws(Failure) -> Void) throws(Failure) {
    guard count > 0 else { return }
    try sink(bytes)
    consume(count)
  }

  /// Takes everything as an array.
  mutating func take() -> [UInt8] {
    let octets = bytes.copied()
    consume(count)
    return octets
  }
}
