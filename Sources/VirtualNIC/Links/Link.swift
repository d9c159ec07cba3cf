public import GsoEngine
internal import WireFormats

/// What carries frames away from a NIC: a wire, a queue, a capture file, another NIC.
///
/// All segments of a super-frame come in one call. Links are chained: one that impairs traffic hands the
/// rest of it to the next one. A link is used by one thread at a time.
///
/// ```swift
/// let queue = QueueLink()
/// let wire = ImpairedLink(try Impairments { $0.delay = 50_000 }, seed: 7, next: queue)
/// wire.send(frame, at: .start)                            // [UInt8] or RawSpan
/// wire.advance(to: VirtualTime(nanoseconds: 50_000))      // now the frame is in the queue
/// ```
public protocol Link: AnyObject {
  /// Takes complete frames, each from its link header, in order; the octets are borrowed for the call.
  func send(_ frames: FrameBatch, at time: VirtualTime)

  /// Lets time pass: frames that arrive until `time` are delivered.
  ///
  /// Going back in time does nothing.
  func advance(to time: VirtualTime)

  /// When the next frame that is on its way arrives; nil if none is.
  var nextArrival: VirtualTime? { get }
}

extension Link {
  /// Does nothing: a link on which frames take no time.
  public func advance(to time: VirtualTime) {}

  /// Nil: a link on which frames take no time.
  public var nextArrival: VirtualTime? { nil }

  /// Takes one frame, as a batch of one.
  public func send(_ frame: RawSpan, at time: VirtualTime) {
    send(FrameBatch(frame), at: time)
  }

  /// Takes one frame that is held as an array.
  public func send(_ frame: [UInt8], at time: VirtualTime = .start) {
    send(frame.octets, at: time)
  }
}
