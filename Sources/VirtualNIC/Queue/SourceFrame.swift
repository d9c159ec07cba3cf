/// A frame that waits to become packets, or for its packets to come back.
internal struct SourceFrame {
  /// Its octets.
  private(set) var kept = KeptOctets()
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
    kept.keep(frame)
    (self.request, self.tag) = (request, tag)
    (work, postedCount, outstandingCount) = (nil, 0, 0)
  }
}
