internal import WireFormats

/// A frame that waits to become packets, or for its packets to come back.
internal struct SourceFrame {
  /// Its octets, in front of what a longer frame left behind.
  private(set) var storage: [UInt8] = []
  /// Its length.
  private(set) var byteCount = 0
  /// What is left to the NIC.
  private(set) var request = TransmitRequest()
  /// What its sender calls it.
  private(set) var tag = 0
  /// What becomes of it; nil until that is decided.
  var work: TransmitWork?
  /// Packets that went to the driver.
  var postedCount = 0
  /// Packets that the driver has.
  var outstandingCount = 0

  /// Takes the place of the frame that was here before.
  ///
  /// - Complexity: O(*n*). Allocates only to grow.
  mutating func load(_ frame: RawSpan, _ request: TransmitRequest, tag: Int) {
    if storage.count < frame.byteCount {
      storage = [UInt8](repeating: 0, count: max(2_048, frame.byteCount))
    }
    storage.withMutableOctets { $0.copy(frame, at: 0) }
    byteCount = frame.byteCount
    (self.request, self.tag) = (request, tag)
    (work, postedCount, outstandingCount) = (nil, 0, 0)
  }
}
