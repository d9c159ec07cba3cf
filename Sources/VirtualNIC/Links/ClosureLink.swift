public import GsoEngine

/// Passes every frame to a closure, for example to a capture writer, a test or another simulator.
public final class ClosureLink: Link {
  /// Frames that were dropped because they were sent from within 64 calls of the closure, each of
  /// which waits for the next.
  public internal(set) var droppedCount = 0
  private let body: (RawSpan, VirtualTime) -> Void
  internal private(set) var depth = 0

  /// Creates a link that ends in a closure.
  ///
  /// - Parameter body: Called with each frame and its time. The octets are borrowed for the call.
  public init(_ body: @escaping (RawSpan, VirtualTime) -> Void) { self.body = body }

  /// Calls the closure with each frame.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    guard depth < VirtualNIC.maximumNesting else {
      droppedCount += frames.count
      return
    }
    depth += 1
    defer { depth -= 1 }
    for index in 0..<frames.count { body(frames[index], time) }
  }
}
