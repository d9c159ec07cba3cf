/// Memory of exactly so many octets, at some alignment: an address sanitizer sees one more.
///
/// It may be changed while spans of it exist, as memory that is shared with a guest may.
@safe final class OctetBlock {
  let count: Int
  private let allocation: UnsafeMutableRawPointer
  private let base: UnsafeMutableRawPointer

  /// Makes a block, filled with octets that no check expects.
  init(count: Int, shift: Int = 0) {
    // SAFETY: the allocation has `shift` more octets than the block, and all are initialised.
    unsafe allocation = .allocate(byteCount: max(1, count + shift), alignment: 16)
    unsafe allocation.initializeMemory(as: UInt8.self, repeating: 0xA5, count: count + shift)
    unsafe base = allocation + shift
    self.count = count
  }

  convenience init(_ octets: [UInt8], shift: Int = 0) {
    self.init(count: octets.count, shift: shift)
    // SAFETY: the block has as many octets as the array.
    unsafe octets.withUnsafeBytes { unsafe mutable.copyMemory(from: $0) }
  }

  deinit {
    // SAFETY: blocks are not copied, and their spans borrow them.
    unsafe allocation.deallocate()
  }

  var octets: RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: the block is initialised and lives as long as it is borrowed.
      let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: base, count: count))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  var mutableOctets: MutableRawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: the block is initialised and lives as long as it is borrowed.
      let span = unsafe MutableRawSpan(_unsafeBytes: mutable)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// A copy of all octets.
  var array: [UInt8] {
    // SAFETY: the block is initialised.
    unsafe [UInt8](UnsafeRawBufferPointer(start: base, count: count))
  }

  /// A copy of some octets.
  func array(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range was compared with the block.
    let start = unsafe base + range.lowerBound
    return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: range.count))
  }

  /// Changes one octet, whoever has spans of the block.
  func store(_ octet: UInt8, at offset: Int) {
    guard 0..<count ~= offset else { return }
    // SAFETY: the offset was compared with the block.
    unsafe base.storeBytes(of: octet, toByteOffset: offset, as: UInt8.self)
  }

  private var mutable: UnsafeMutableRawBufferPointer {
    // SAFETY: the allocation has that many octets after `base`.
    unsafe UnsafeMutableRawBufferPointer(start: base, count: count)
  }
}
