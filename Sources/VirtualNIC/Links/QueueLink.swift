internal import WireFormats

/// A frame that arrived, and when.
public struct ArrivedFrame: Hashable, Sendable {
  /// The octets, from the link header.
  public let octets: [UInt8]
  /// When it arrived.
  public let time: VirtualTime
}

/// Keeps what was sent until somebody takes it.
///
/// With a capacity this is a switch port with a finite buffer: what does not fit is dropped and
/// counted.
public final class QueueLink: Link {
  /// Most frames that are kept; nil for no limit.
  public let capacity: Int?
  /// Frames that did not fit.
  public private(set) var droppedCount = 0
  private var frames: [ArrivedFrame] = []

  /// An empty queue without a limit.
  public init() { capacity = nil }

  /// An empty queue of at most `capacity` frames.
  ///
  /// - Parameter capacity: At least 0; a queue of 0 frames drops everything.
  /// - Throws: ``LinkError/capacityOutOfRange(_:)``.
  public init(capacity: Int) throws(LinkError) {
    guard capacity >= 0 else { throw .capacityOutOfRange(capacity) }
    self.capacity = capacity
  }

  /// Frames that wait.
  public var count: Int { frames.count }

  /// Keeps a copy of the frame.
  ///
  /// - Complexity: O(*n*), one allocation.
  public func send(_ frame: RawSpan, at time: VirtualTime) {
    if let capacity, frames.count >= capacity {
      droppedCount += 1
      return
    }
    frames.append(ArrivedFrame(octets: frame.array(0..<frame.byteCount), time: time))
  }

  /// All frames that wait, in order of arrival; the queue is empty then.
  public func takeAll() -> [ArrivedFrame] {
    defer { frames.removeAll(keepingCapacity: true) }
    return frames
  }
}
