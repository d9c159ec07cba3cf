// The memory of rings and buffers. No other file of the module has unsafe code.

/// A fixed number of elements, a power of two; any index is taken modulo their number.
///
/// No index that a driver writes can therefore lie outside.
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
    // SAFETY: the pointer is never copied out of this value, so the memory is freed once.
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

  /// Returns the first `count` elements, in place; all of them if there are fewer.
  @inlinable
  @_lifetime(borrow self)
  internal func first(_ count: Int) -> Span<Element> {
    // SAFETY: the elements were initialised when they were allocated, and live as long as `self`.
    let all = unsafe Span(_unsafeElements: elements)
    return unsafe _overrideLifetime(all.extracting(first: count), borrowing: self)
  }

  /// Copies all elements of `other`; has no effect if sizes differ.
  internal mutating func copy(_ other: borrowing FixedMemory<Element>) {
    guard other.mask == mask else { return }
    // SAFETY: both have the same number of initialised elements, and do not overlap, since `self`
    // is accessed exclusively.
    guard let source = unsafe other.elements.baseAddress else { return }
    unsafe elements.baseAddress?.update(from: source, count: count)
  }

  /// Sets all elements.
  internal mutating func fill(_ value: Element) {
    for index in 0...mask { self[index] = value }
  }
}

/// The contiguous memory of all fragment buffers, allocated once.
@safe
internal struct BufferSlab: ~Copyable {
  private let octets: UnsafeMutableRawBufferPointer

  /// Allocates zeros; `alignment` is a power of two.
  internal init(byteCount: Int, alignment: Int) {
    // SAFETY: all octets are initialised here, and freed once, in deinit.
    unsafe octets = .allocate(byteCount: byteCount, alignment: max(64, alignment))
    unsafe octets.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    // SAFETY: the pointer is never copied out of this value, so the memory is freed once.
    unsafe octets.deallocate()
  }

  /// All octets, for reading.
  internal var all: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: the octets were initialised when they were allocated, and live as long as `self`.
      let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(octets))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// Returns the octets of `range`, for writing.
  ///
  /// - Precondition: `range` lies in the slab.
  @_lifetime(&self)
  internal mutating func part(_ range: Range<Int>) -> MutableRawSpan {
    // SAFETY: as above, and the access to the slab is exclusive.
    let span = unsafe MutableRawSpan(_unsafeBytes: octets)
    return unsafe _overrideLifetime(span._consumingExtracting(range), mutating: &self)
  }
}
