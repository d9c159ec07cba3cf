import PacketCapture
import VirtualNIC

/// The clock of the simulation: the time stamps of a capture, from its first frame on.
struct VirtualClock {
  /// How late it is; never goes back, even if time stamps do.
  private(set) var now = VirtualTime.start
  /// The time stamp of the first frame, in nanoseconds since 1970; nil before it.
  private(set) var origin: Int64?

  /// Lets it be as late as a frame says; one without a time stamp comes right behind its predecessor.
  mutating func advance(to timestamp: CaptureTimestamp?) {
    guard let nanoseconds = timestamp?.nanoseconds else { return }
    let start = origin ?? nanoseconds
    origin = start
    // As wide as the difference of two such numbers can be.
    guard nanoseconds > start else { return }
    now = max(now, VirtualTime(nanoseconds: UInt64(bitPattern: nanoseconds &- start)))
  }

  /// A moment as captures have it; the last one that they can count if it is later.
  static func timestamp(_ time: VirtualTime, from origin: Int64) -> CaptureTimestamp {
    // Two steps, since the difference may not fit 63 bits.
    let half = Int64(time.nanoseconds / 2)
    let rest = Int64(time.nanoseconds - time.nanoseconds / 2)
    let (first, overflow) = origin.addingReportingOverflow(half)
    let (sum, carry) = first.addingReportingOverflow(overflow ? 0 : rest)
    return CaptureTimestamp(nanoseconds: overflow || carry ? .max : sum)
  }
}
