/// A moment of a simulation, in nanoseconds since its start.
///
/// Nothing in this package reads a clock: time passes when the caller says so.
public struct VirtualTime: Hashable, Comparable, Sendable {
  /// Nanoseconds since the start.
  public var nanoseconds: UInt64

  /// A moment `nanoseconds` after the start.
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// The start of the simulation.
  public static let start = VirtualTime(nanoseconds: 0)

  /// Earlier moments come first.
  public static func < (left: VirtualTime, right: VirtualTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// A later moment; the end of time if there is none.
  public func adding(nanoseconds more: UInt64) -> VirtualTime {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(more)
    return VirtualTime(nanoseconds: overflow ? .max : sum)
  }
}
