/// A power of two of elements, allocated once; any index is taken modulo their number.
///
/// So there is no index that leaves it, whatever a driver writes where. With the slab of
/// ``NetRingCollection``, this is all that the rings use unsafe constructs for.
@safe
@usableFromInline
internal struct FixedMemory<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline internal let elements: UnsafeMutableBufferPointer<Element>
  @usableFromInline internal let mask: Int

  /// Allocates `count` elements, which must be a power of two.
  internal init(count: Int, repeating value: Element) {
    precondition(count > 0 && count.nonzeroBitCount == 1, "no power of two")
    // SAFETY: all elements are initialised here; they are trivial and freed once, in deinit.
    unsafe elements = .allocate(capacity: count)
    unsafe elements.initialize(repeating: value)
    mask = count - 1
  }

  @inlinable
  deinit {
    // SAFETY: the memory is never copied out of this value, so nobody else frees or keeps it.
    unsafe elements.deallocate()
  }

  /// Number of elements.
  @inlinable internal var count: Int { mask + 1 }

  /// The element at `index` modulo ``count``.
  @inlinable
  internal subscript(index: Int) -> Element {
    get {
      // SAFETY: a number and-ed with the mask is in 0..<count, negative ones too.
      unsafe elements[index & mask]
    }
    set {
      // SAFETY: as above.
      unsafe elements[index & mask] = newValue
    }
  }

  /// The first `count` elements, in place; all of them if there are fewer.
  @inlinable
  @_lifetime(borrow self)
  internal func first(_ count: Int) -> Span<Element> {
    // SAFETY: the elements were initialised when they were allocated, and live as long as `self`.
    let all = unsafe Span(_unsafeElements: elements)
    return unsafe _overrideLifetime(all.extracting(first: count), borrowing: self)
  }

  /// Takes over all elements of memory of the same size; nothing happens if sizes differ.
  internal mutating func copy(_ other: borrowing FixedMemory<Element>) {
    guard other.mask == mask else { return }
    // SAFETY: both have the same number of initialised elements, and an exclusive access to one of
    // them means that they are two.
    guard let source = unsafe other.elements.baseAddress else { return }
    unsafe elements.baseAddress?.update(from: source, count: count)
  }

  /// Sets all elements.
  internal mutating func fill(_ value: Element) {
    for index in 0...mask { self[index] = value }
  }
}
