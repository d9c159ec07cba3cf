import PacketCapture

/// Where a capture is damaged.
struct DamageReport {
  struct Place: Encodable {
    /// The octet of the file where the damage is, counted from 0.
    let octet: UInt64
    /// The frame, counted from 1; nil if it is in none.
    let frame: UInt64?
    /// The pcapng block, counted from 1; nil for pcap.
    let block: UInt64?
    let message: String
  }

  /// Most places that are named; further ones are only counted.
  private static let namedPlaceLimit = 100

  private(set) var places: [Place] = []
  private(set) var count = 0
  private var first: CaptureError?

  mutating func note(_ error: CaptureError) {
    count += 1
    first = first ?? error
    guard places.count < Self.namedPlaceLimit else { return }
    places.append(
      Place(
        octet: error.byteOffset, frame: error.frameNumber, block: error.blockNumber,
        message: "\(error.reason)"))
  }

  /// Fails if there is damage; to be called when all else is done.
  func check(_ file: String) throws(Failure) {
    guard let first else { return }
    let more = count > 1 ? ", and \(counted(count - 1, "more place"))" : ""
    throw Failure("\(file): damaged: \(first)\(more); all that is whole was read")
  }
}
