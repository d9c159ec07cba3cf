/// The memory of all fragment buffers in one piece, allocated once.
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
    // SAFETY: the memory is never copied out of this value, so nobody else frees or keeps it.
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

  /// Some octets, for writing; traps if they leave the slab.
  @_lifetime(&self)
  internal mutating func part(_ range: Range<Int>) -> MutableRawSpan {
    // SAFETY: as above, and the access to the slab is exclusive.
    let span = unsafe MutableRawSpan(_unsafeBytes: octets)
    return unsafe _overrideLifetime(span._consumingExtracting(range), mutating: &self)
  }
}
