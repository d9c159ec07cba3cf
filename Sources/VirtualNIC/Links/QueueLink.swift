public import GsoEngine
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

  /// Keeps copies of the frames.
  ///
  /// - Complexity: O(*n*) in the octets, one allocation per frame.
  public func send(_ batch: FrameBatch, at time: VirtualTime) {
    for index in 0..<batch.count {
      if let capacity, frames.count >= capacity {
        droppedCount += batch.count - index
        return
      }
      let octets = batch.octets.array(batch.range(of: index))
      frames.append(ArrivedFrame(octets: octets, time: time))
    }
  }

  /// All frames that wait, in order of arrival; the queue is empty then.
  public func takeAll() -> [ArrivedFrame] {
    defer { frames.removeAll(keepingCapacity: true) }
    return frames
  }
}
