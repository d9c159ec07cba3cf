public import GsoEngine

/// Shows every frame to a closure and passes it on: a tap on the wire.
///
/// A capture file is made like this, without this module knowing of files:
///
/// ```swift
/// let tap = CapturingLink(next: wire) { frame, time in
///   try? writer.write(frame, at: CaptureTimestamp(nanoseconds: Int64(time.nanoseconds)))
/// }
/// ```
public final class CapturingLink: Link {
  private let next: any Link
  private let body: (RawSpan, VirtualTime) -> Void

  /// Calls `body` with every frame before `next` gets it; the octets are only borrowed.
  public init(next: any Link, _ body: @escaping (RawSpan, VirtualTime) -> Void) {
    (self.next, self.body) = (next, body)
  }

  /// Calls the closure with each frame, then passes them on.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    for index in 0..<frames.count { body(frames[index], time) }
    next.send(frames, at: time)
  }

  /// Passes time on.
  public func advance(to time: VirtualTime) { next.advance(to: time) }

  /// When the next frame arrives after this link.
  public var nextArrival: VirtualTime? { next.nextArrival }
}
