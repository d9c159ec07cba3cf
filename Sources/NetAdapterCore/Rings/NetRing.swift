/// A ring of packets or fragments that two sides share: `NET_RING`.
///
/// ```
///           begin      next        end
///             ▼          ▼          ▼
///   ┌────┬────┬────┬────┬────┬────┬────┬────┐
///   │ os │ os │ hw │ hw │new │new │ os │ os │     os: the operating system's
///   └────┴────┴────┴────┴────┴────┴────┴────┘
///             └─── the driver's ───┘
/// ```
///
/// The driver owns the elements from ``beginIndex`` to ``endIndex``, the end not included. The operating
/// system hands over elements by moving the end, the driver returns them by moving the begin. What
/// lies between ``beginIndex`` and ``nextIndex`` has gone to the hardware, by convention: the framework
/// never looks at ``nextIndex``. As equal indices mean an empty window, one element is never in use.
///
/// Nothing here traps: the subscript takes any index modulo the number of elements, and the operating
/// system checks what it finds in the indices.
public struct NetRing<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline internal var memory: FixedMemory<Element>

  /// `BeginIndex`: the first element of the driver, which it moves to return elements.
  public var beginIndex = 0
  /// `NextIndex`: the driver's bookmark; the first element that has not gone to the hardware.
  public var nextIndex = 0
  /// `EndIndex`: the first element behind those of the driver.
  ///
  /// Only the operating system may move it; ``FailureCode/invalidRingImmutable`` (50).
  public var endIndex = 0

  internal init(count: Int, repeating value: Element) {
    memory = FixedMemory(count: count, repeating: value)
  }

  /// `NumberOfElements`: a power of two.
  @inlinable public var count: Int { memory.count }

  /// `ElementIndexMask`: one less than the number of elements.
  @inlinable public var elementIndexMask: Int { memory.mask }

  /// `ElementStride`: octets from one element to the next.
  @inlinable public var elementStride: Int { MemoryLayout<Element>.stride }

  /// The element at `index` modulo ``count``: `NetRingGetElementAtIndex`.
  ///
  /// - Complexity: O(1).
  @inlinable
  public subscript(index: Int) -> Element {
    get { memory[index] }
    set { memory[index] = newValue }
  }

  /// The elements of the driver.
  @inlinable public var window: RingWindow { range(from: beginIndex, to: endIndex) }

  /// The elements of the driver that have not gone to the hardware.
  @inlinable public var unprocessed: RingWindow { range(from: nextIndex, to: endIndex) }
}

extension NetRing {
  /// The index behind another: `NetRingIncrementIndex`.
  @inlinable
  public func index(after index: Int) -> Int { (index &+ 1) & elementIndexMask }

  /// The index some places behind another, or in front of it: `NetRingAdvanceIndex`.
  @inlinable
  public func index(_ index: Int, advancedBy places: Int) -> Int {
    (index &+ places) & elementIndexMask
  }

  /// Number of steps from one index to another: `NetRingGetRangeCount`.
  @inlinable
  public func distance(from start: Int, to end: Int) -> Int { (end &- start) & elementIndexMask }

  /// The elements from one index to another, the latter not included.
  @inlinable
  public func range(from start: Int, to end: Int) -> RingWindow {
    RingWindow(from: start, count: distance(from: start, to: end), mask: elementIndexMask)
  }
}
