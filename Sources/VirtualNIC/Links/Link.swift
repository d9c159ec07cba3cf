public import GsoEngine
internal import WireFormats

/// A destination of frames: a wire, a queue, a capture file, another NIC.
///
/// All segments of a super-frame arrive in one call. Links can be chained: ``ImpairedLink`` and
/// ``CapturingLink`` pass frames on to a next link. A link is used by one thread at a time.
///
/// ```swift
/// let queue = QueueLink()
/// let wire = ImpairedLink(try Impairments { $0.delay = 50_000 }, seed: 7, next: queue)
/// wire.send(frame, at: .start)                            // [UInt8] or RawSpan
/// wire.advance(to: VirtualTime(nanoseconds: 50_000))      // now the frame is in the queue
/// ```
///
/// A link of your own needs ``send(_:at:)-(FrameBatch,_)`` only; the other members have defaults.
public protocol Link: AnyObject {
  /// Takes complete frames, each from its link header, in order.
  ///
  /// The octets are borrowed: a link that keeps frames copies them.
  func send(_ frames: FrameBatch, at time: VirtualTime)

  /// Advances the clock of the link: frames that arrive until `time` are delivered.
  ///
  /// An earlier time than that of a previous call has no effect.
  func advance(to time: VirtualTime)

  /// When the next delayed frame arrives; nil if none is delayed.
  var nextArrival: VirtualTime? { get }
}

extension Link {
  /// Does nothing, as suits a link without delay.
  public func advance(to time: VirtualTime) {}

  /// Nil, as suits a link without delay.
  public var nextArrival: VirtualTime? { nil }

  /// Sends one frame, as a batch of one.
  public func send(_ frame: RawSpan, at time: VirtualTime) {
    send(FrameBatch(frame), at: time)
  }

  /// Sends one frame that is held as an array.
  public func send(_ frame: [UInt8], at time: VirtualTime = .start) {
    send(frame.octets, at: time)
  }
}

/// A moment of a simulation, in nanoseconds since its start.
///
/// No function of this module reads a clock; the caller passes each time.
public struct VirtualTime: Hashable, Comparable, Sendable {
  /// Nanoseconds since the start.
  public var nanoseconds: UInt64

  /// A moment `nanoseconds` after the start.
  @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// The start of the simulation.
  @inlinable public static var start: VirtualTime { VirtualTime(nanoseconds: 0) }

  /// Earlier moments come first.
  public static func < (left: VirtualTime, right: VirtualTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// Returns the moment `more` nanoseconds later, at most `UInt64.max` nanoseconds after the start.
  public func adding(nanoseconds more: UInt64) -> VirtualTime {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(more)
    return VirtualTime(nanoseconds: overflow ? .max : sum)
  }
}

/// Why a link cannot be created as asked.
public enum LinkError: Error, Hashable, Sendable {
  /// A rate of ``Impairments`` is not a probability.
  case rateOutOfRange(name: String, value: Double)
  /// A bandwidth of 0 bits per second, which would never deliver a frame.
  case bandwidthOfZero
  /// A negative number of frames as the capacity of a ``QueueLink``.
  case capacityOutOfRange(Int)
}

extension LinkError: CustomStringConvertible {
  /// One sentence with the numbers.
  public var description: String {
    switch self {
    case .rateOutOfRange(let name, let value):
      "`\(name)` is \(value); a rate is a probability from 0 to 1"
    case .bandwidthOfZero:
      "`bandwidth` is 0 bits per second; it must be at least 1, or nil for no limit"
    case .capacityOutOfRange(let capacity):
      "a queue of \(capacity) frames cannot be; its capacity must be at least 0"
    }
  }
}
