import PacketCapture
import VirtualNIC

/// The clock of the simulation: the time stamps of a capture.
///
/// Virtual time 0 is the earliest moment that a time stamp can say, so that a frame may have an
/// earlier time stamp than the first one. The clock never goes back; frames keep their own time.
struct VirtualClock {
  /// The latest time stamp so far, or 1970 before the first one.
  private(set) var now = VirtualClock.moment(0)
  /// The time stamp of the first frame that has one, in nanoseconds since 1970.
  private(set) var origin: Int64?

  /// Advances to the time stamp of a frame; one that is earlier changes nothing.
  ///
  /// - Returns: When the frame is sent: at its own time, or now if it has none.
  mutating func advance(to timestamp: CaptureTimestamp?) -> VirtualTime {
    guard let nanoseconds = timestamp?.nanoseconds else { return now }
    let time = Self.moment(nanoseconds)
    now = origin == nil ? time : max(now, time)
    origin = origin ?? nanoseconds
    return time
  }

  /// Nanoseconds from the first time stamp to a moment; negative if that is earlier.
  func sinceOrigin(_ time: VirtualTime) -> Int64 {
    let (difference, overflow) = Self.nanoseconds(time).subtractingReportingOverflow(origin ?? 0)
    guard overflow else { return difference }
    return Self.nanoseconds(time) < 0 ? .min : .max
  }

  /// A moment as captures have it.
  static func timestamp(_ time: VirtualTime) -> CaptureTimestamp {
    CaptureTimestamp(nanoseconds: nanoseconds(time))
  }

  /// A time stamp as a moment of the simulation: the same order, counted from the earliest one.
  private static func moment(_ nanoseconds: Int64) -> VirtualTime {
    VirtualTime(nanoseconds: UInt64(bitPattern: nanoseconds) ^ 1 << 63)
  }

  private static func nanoseconds(_ time: VirtualTime) -> Int64 {
    Int64(bitPattern: time.nanoseconds ^ 1 << 63)
  }
}
