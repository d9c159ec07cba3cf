public import GsoEngine

/// Hands every frame to a closure: to a capture writer, a test, another simulator.
public final class ClosureLink: Link {
  private let body: (RawSpan, VirtualTime) -> Void

  /// Calls `body` with every frame; the octets are only borrowed.
  public init(_ body: @escaping (RawSpan, VirtualTime) -> Void) { self.body = body }

  /// Calls the closure with each frame.
  public func send(_ frames: FrameBatch, at time: VirtualTime) {
    for index in 0..<frames.count { body(frames[index], time) }
  }
}
