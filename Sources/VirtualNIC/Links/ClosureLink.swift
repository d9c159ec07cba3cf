public import GsoEngine

/// Passes every frame to a closure, for example to a capture writer, a test or another simulator.
public final class ClosureLink: Link {
  private let body: (RawSpan, VirtualTime) -> Void

  /// Creates a link that ends in a closure.
  ///
  /// - Parameter body: Called with each frame and its time. The octets are borrowed for the call.
  public init(_ body: @escaping (RawSpan, VirtualTime) -> Void) { self.body = body }

  /// Calls the closure with each frame.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    for index in 0..<frames.count { body(frames[index], time) }
  }
}
