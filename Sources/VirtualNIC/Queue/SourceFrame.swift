/// A frame that waits to become packets, or for its packets to come back.
internal struct SourceFrame {
  /// Its octets.
  private(set) var buffer = FrameBuffer()
  /// What is left to the NIC.
  private(set) var request = TransmitRequest()
  /// The number that its sender gave it.
  private(set) var tag = 0
  /// What is done with it; nil until that is decided.
  var action: TransmitAction?
  /// Packets that went to the driver.
  var postedCount = 0
  /// Packets that the driver has.
  var outstandingCount = 0

  /// Replaces the frame before.
  ///
  /// - Complexity: O(*n*). Allocates only to grow.
  mutating func load(_ frame: RawSpan, _ request: TransmitRequest, tag: Int) {
    buffer.load(frame)
    (self.request, self.tag) = (request, tag)
    (action, postedCount, outstandingCount) = (nil, 0, 0)
  }
}
