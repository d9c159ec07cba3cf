/// A snap length in an output that has to be corrected.
///
/// Headers state the snap length, the most octets of a frame, before the frames are known. In an
/// output that can be written at any place, these octets make the statement true.
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
