import VirtualNIC

/// The sending half of a connection: what to send, when to send it again.
///
/// It offers super-frames of 64 KB and leaves segmentation to the NIC. Of TCP it has sequence
/// numbers, cumulative acknowledgements, a window and a timeout; no handshake, no congestion
/// control.
struct StreamSender {
  /// Payload octets of a segment on the wire: an MTU of 1500 less IPv4 and TCP headers.
  static let segmentSize = 1_460
  /// Payload octets of a super-frame: as many segments as an IP packet of 64 KB holds.
  static let superFrameSize = 44 * segmentSize
  /// The first sequence number; close to the end, so that numbers wrap around in every test.
  static let firstSequence: UInt32 = 0xFFFF_8000
  /// How long to wait for an acknowledgement, in nanoseconds: 5 ms.
  static let timeout: UInt64 = 5_000_000

  let stream: [UInt8]
  /// Octets that the other side has.
  private(set) var acknowledged = 0
  /// Octets that were sent at least once.
  private(set) var sent = 0
  /// How often something was sent again.
  private(set) var retransmissions = 0
  /// When to send again; nil if everything sent has been acknowledged.
  private(set) var deadline: VirtualTime?

  init(_ stream: [UInt8]) { self.stream = stream }

  /// True if the other side has everything.
  var isDone: Bool { acknowledged == stream.count }

  /// The sequence number of an octet of the stream.
  static func sequence(of position: Int) -> UInt32 {
    firstSequence &+ UInt32(truncatingIfNeeded: position)
  }

  /// Octets of the stream to send now, if any.
  mutating func next(at now: VirtualTime) -> Range<Int>? {
    if let deadline, deadline <= now {
      // Nothing came back for long: the first octets without an acknowledgement go again. The rest
      // may have arrived; the next acknowledgement tells.
      self.deadline = now.adding(nanoseconds: Self.timeout)
      retransmissions += 1
      return acknowledged..<min(acknowledged + 8 * Self.segmentSize, sent)
    }
    // Two super-frames may be under way.
    guard sent < stream.count, sent - acknowledged <= Self.superFrameSize else { return nil }
    let start = sent
    sent = min(start + Self.superFrameSize, stream.count)
    if deadline == nil { deadline = now.adding(nanoseconds: Self.timeout) }
    return start..<sent
  }

  /// Notes how far the other side got.
  mutating func acknowledge(_ number: UInt32, at now: VirtualTime) {
    // Numbers wrap around: only their distance means something (RFC 9293, section 3.4).
    let progress = Int(Int32(bitPattern: number &- Self.sequence(of: acknowledged)))
    guard progress > 0, acknowledged + progress <= sent else { return }
    acknowledged += progress
    deadline = acknowledged == sent ? nil : now.adding(nanoseconds: Self.timeout)
  }
}
