public import GsoEngine

/// Passes every frame to a closure and then to the next link, like a tap on a wire.
///
/// To write a capture file, use it with a writer of `PacketCapture`:
///
/// ```swift
/// let tap = CapturingLink(next: wire) { frame, time in
///   try? writer.write(frame, at: CaptureTimestamp(nanoseconds: Int64(time.nanoseconds)))
/// }
/// ```
public final class CapturingLink: Link {
  /// Frames that were dropped because they were sent from within 64 calls of this link, each of
  /// which waits for the next.
  public internal(set) var droppedCount = 0
  internal private(set) var depth = 0
  private let next: any Link
  private let body: (RawSpan, VirtualTime) -> Void

  /// Creates a tap before `next`.
  ///
  /// - Parameters:
  ///   - next: The link that gets each frame after `body`.
  ///   - body: Called with each frame and its time. The octets are borrowed for the call.
  public init(next: any Link, _ body: @escaping (RawSpan, VirtualTime) -> Void) {
    (self.next, self.body) = (next, body)
  }

  /// Calls the closure with each frame, then sends all of them to the next link.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    guard depth < VirtualNIC.maximumNesting else {
      droppedCount += frames.count
      return
    }
    depth += 1
    defer { depth -= 1 }
    for index in 0..<frames.count { body(frames[index], time) }
    next.send(frames, at: time)
  }

  /// Advances the clock of the next link.
  public func advance(to time: VirtualTime) { next.advance(to: time) }

  /// When the next delayed frame of the links after this one arrives.
  public var nextArrival: VirtualTime? { next.nextArrival }
}
