public import GsoEngine
internal import WireFormats

/// A frame and the time of its arrival.
public struct ArrivedFrame: Hashable, Sendable {
  /// The octets, from the link header.
  public let octets: [UInt8]
  /// When the frame arrived.
  public let time: VirtualTime

  /// Joins octets and a time.
  public init(octets: [UInt8], time: VirtualTime) { (self.octets, self.time) = (octets, time) }
}

/// Keeps copies of frames until the caller takes them.
///
/// With a capacity it is like a switch port with a finite buffer: frames that do not fit are
/// dropped and counted.
public final class QueueLink: Link {
  /// The most frames that are kept; nil for no limit.
  public let capacity: Int?
  /// The number of frames that did not fit.
  public internal(set) var droppedCount = 0
  internal var frames: [ArrivedFrame] = []

  /// Creates an empty queue without a limit.
  public convenience init() { self.init(unchecked: nil) }

  /// Creates an empty queue; the capacity was checked.
  internal init(unchecked capacity: Int?) { self.capacity = capacity }

  /// Creates an empty queue of at most `capacity` frames.
  ///
  /// - Parameter capacity: At least 0; a queue of 0 frames drops everything.
  /// - Throws: ``LinkError/capacityOutOfRange(_:)``.
  public convenience init(capacity: Int) throws(LinkError) {
    guard capacity >= 0 else { throw .capacityOutOfRange(capacity) }
    self.init(unchecked: capacity)
  }

  /// The number of frames in the queue.
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

  /// Removes and returns all frames, in order of arrival.
  public func takeAll() -> [ArrivedFrame] {
    defer { frames.removeAll(keepingCapacity: true) }
    return frames
  }
}
