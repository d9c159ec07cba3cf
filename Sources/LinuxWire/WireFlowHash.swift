internal import WireFormats

/// Which queue of a device the frames of a flow are sent to.
///
/// All frames of a flow give the same value, so that they keep their order.
internal enum FlowHash {
  /// A number of at least 0, from the addresses and ports of a frame without tags and options.
  ///
  /// Other frames give the value of their addresses, or 0.
  ///
  /// - Complexity: O(1). Does not allocate.
  static func value(of frame: RawSpan) -> Int {
    guard frame.byteCount >= 34 else { return 0 }
    let network = EthernetHeader.byteCount
    let hasPorts: Bool
    let range: Range<Int>
    switch (frame.networkOrder(at: 12, as: UInt16.self), frame.octet(at: network)) {
    case (0x0800, let first):
      let transport = frame.octet(at: network + 9)
      let isFragment = frame.networkOrder(at: network + 6, as: UInt16.self) & 0x3FFF != 0
      hasPorts = first == 0x45 && !isFragment && (transport == 6 || transport == 17)
      range = network + 12..<network + (hasPorts ? 24 : 20)
    case (0x86DD, _):
      guard frame.byteCount >= 54 else { return 0 }
      let transport = frame.octet(at: network + 6)
      hasPorts = transport == 6 || transport == 17
      range = network + 8..<network + (hasPorts ? 44 : 40)
    default: return 0
    }
    guard frame.byteCount >= range.upperBound else { return 0 }
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
      hash = (hash ^ UInt64(frame.networkOrder(at: offset, as: UInt32.self))) &* 0x100_0000_01B3
    }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
  }
}
