/// A run of ring elements, which wraps around: the indices from one to another.
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

  /// Index of the element `position` places behind the first, position 0 being the first itself.
  @inlinable
  public subscript(position: Int) -> Int { (start &+ position) & mask }

  /// Whether an index lies in the window.
  ///
  /// - Complexity: O(1).
  @inlinable
  public func contains(_ index: Int) -> Bool {
    index >= 0 && index <= mask && (index &- start) & mask < count
  }
}

extension RingWindow: Sequence {
  /// Steps through the indices of a window.
  public struct Iterator: IteratorProtocol {
    @usableFromInline internal let window: RingWindow
    @usableFromInline internal var position = 0

    @inlinable
    internal init(_ window: RingWindow) { self.window = window }

    /// The next index, if there is one.
    @inlinable
    public mutating func next() -> Int? {
      guard position < window.count else { return nil }
      defer { position += 1 }
      return window[position]
    }
  }

  /// Starts at the first element.
  @inlinable
  public func makeIterator() -> Iterator { Iterator(self) }
}
