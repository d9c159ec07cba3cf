/// Hands every frame to a closure: to a capture writer, a test, another simulator.
public final class ClosureLink: Link {
  private let body: (RawSpan, VirtualTime) -> Void

  /// Calls `body` with every frame; the octets are only borrowed.
  public init(_ body: @escaping (RawSpan, VirtualTime) -> Void) { self.body = body }

  /// Calls the closure.
  public func send(_ frame: RawSpan, at time: VirtualTime) { body(frame, time) }
}

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

  /// Calls `body` with every frame in front of `next`; the octets are only borrowed.
  public init(next: any Link, _ body: @escaping (RawSpan, VirtualTime) -> Void) {
    (self.next, self.body) = (next, body)
  }

  /// Calls the closure, then passes the frame on.
  public func send(_ frame: RawSpan, at time: VirtualTime) {
    body(frame, time)
    next.send(frame, at: time)
  }

  /// Passes time on.
  public func advance(to time: VirtualTime) { next.advance(to: time) }

  /// When the next frame arrives behind this link.
  public var nextArrival: VirtualTime? { next.nextArrival }
}
