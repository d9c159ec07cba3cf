/// The receiving half of a connection: puts segments in order, whatever the wire did to it.
struct StreamReceiver {
  /// What has arrived without a gap.
  private(set) var stream: [UInt8] = []
  /// What arrived after a gap, by its place in the stream.
  private var early: [Int: [UInt8]] = [:]
  /// Segments that arrived before one before them.
  private(set) var earlyCount = 0
  /// Segments that brought nothing new.
  private(set) var repeatedCount = 0

  /// The sequence number of the next octet.
  var expected: UInt32 { StreamSender.sequence(of: stream.count) }

  /// Takes the payload of a segment.
  mutating func take(_ payload: [UInt8], sequence: UInt32) {
    let distance = Int(Int32(bitPattern: sequence &- expected))
    let place = stream.count + distance
    if distance > 0 {
      earlyCount += 1
      early[place] = payload
    } else if distance + payload.count <= 0 {
      repeatedCount += 1
    } else {
      stream += payload.dropFirst(-distance)
      closeGaps()
    }
  }

  /// Appends the data that waited for the gap to close.
  private mutating func closeGaps() {
    while let place = early.keys.min(), place <= stream.count {
      let payload = early.removeValue(forKey: place) ?? []
      stream += payload.dropFirst(stream.count - place)
    }
  }
}
