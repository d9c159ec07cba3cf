/// A ring of packets or fragments that an operating system and a driver share: `NET_RING`.
///
/// ```
///           begin      next        end
///             ▼          ▼          ▼
///   ┌────┬────┬────┬────┬────┬────┬────┬────┐
///   │ os │ os │ hw │ hw │new │new │ os │ os │     os: owned by the operating system
///   └────┴────┴────┴────┴────┴────┴────┴────┘
///             └─ owned by driver ──┘
/// ```
///
/// The driver owns the elements from ``beginIndex`` up to, but not including, ``endIndex``. The
/// operating system posts elements by moving ``endIndex``; the driver returns them by moving
/// ``beginIndex``. By convention the elements between ``beginIndex`` and ``nextIndex`` are in the
/// hardware; the framework never reads ``nextIndex``. Equal indices mean an empty window, so one
/// element is never in use.
///
/// No index traps: the subscript takes any index modulo the number of elements, and the operating
/// system checks the indices after each callback.
public struct NetRing<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline internal var memory: FixedMemory<Element>

  /// `BeginIndex`: the driver's first element; the driver moves it to return elements.
  public var beginIndex = 0
  /// `NextIndex`: the first element that is not in the hardware; for the driver's use only.
  public var nextIndex = 0
  /// `EndIndex`: the index after the driver's last element.
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

  /// The elements that the driver owns.
  @inlinable public var window: RingWindow { range(from: beginIndex, to: endIndex) }

  /// The driver's elements that are not in the hardware.
  @inlinable public var unprocessed: RingWindow { range(from: nextIndex, to: endIndex) }
}

extension NetRing {
  /// Returns the index after another: `NetRingIncrementIndex`.
  @inlinable
  public func index(after index: Int) -> Int { (index &+ 1) & elementIndexMask }

  /// Returns the index `places` after another, or before it if negative: `NetRingAdvanceIndex`.
  @inlinable
  public func index(_ index: Int, advancedBy places: Int) -> Int {
    (index &+ places) & elementIndexMask
  }

  /// Returns the number of steps from one index to another: `NetRingGetRangeCount`.
  @inlinable
  public func distance(from start: Int, to end: Int) -> Int { (end &- start) & elementIndexMask }

  /// Returns the elements from one index up to, but not including, another.
  @inlinable
  public func range(from start: Int, to end: Int) -> RingWindow {
    RingWindow(from: start, count: distance(from: start, to: end), mask: elementIndexMask)
  }
}

/// The indices of consecutive ring elements, which wrap around.
public struct RingWindow: Hashable, Sendable {
  /// Index of the first element.
  public let start: Int
  /// Number of elements.
  public let count: Int
  @usableFromInline internal let mask: Int

  @inlinable
  internal init(from start: Int, count: Int, mask: Int) {
    (self.start, self.count, self.mask) = (start & mask, count, mask)
  }

  /// True if there are no elements.
  @inlinable public var isEmpty: Bool { count == 0 }

  /// Index of the element `position` places after the first.
  @inlinable
  public subscript(position: Int) -> Int { (start &+ position) & mask }

  /// Returns whether an index lies in the window.
  ///
  /// - Complexity: O(1).
  @inlinable
  public func contains(_ index: Int) -> Bool {
    index >= 0 && index <= mask && (index &- start) & mask < count
  }
}

extension RingWindow: Sequence {
  /// The indices of a window, one after the other.
  public struct Iterator: IteratorProtocol {
    @usableFromInline internal let window: RingWindow
    @usableFromInline internal var position = 0

    @inlinable
    internal init(_ window: RingWindow) { self.window = window }

    /// Returns the next index; nil after the last.
    @inlinable
    public mutating func next() -> Int? {
      guard position < window.count else { return nil }
      defer { position += 1 }
      return window[position]
    }
  }

  /// Returns an iterator that starts at the first element.
  @inlinable
  public func makeIterator() -> Iterator { Iterator(self) }
}
