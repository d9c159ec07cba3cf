/// Slots of equal length, one after the other, in memory of their own: frames, or outputs.
///
/// The one place of the benchmark that owns raw memory.
@safe
struct BenchOctets: ~Copyable {
  let slotCount: Int
  let slotLength: Int
  private let stride: Int
  private let memory: UnsafeMutableRawBufferPointer

  /// - Parameters:
  ///   - slotCount: At least 1.
  ///   - slotLength: In octets.
  init(slotCount: Int, slotLength: Int) {
    (self.slotCount, self.slotLength) = (slotCount, slotLength)
    stride = (slotLength + 63) & ~63  // every slot starts in a cache line of its own
    // SAFETY: initialised to its full length here, and freed once, in deinit.
    unsafe memory = .allocate(byteCount: slotCount * stride, alignment: 4_096)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    // SAFETY: a value that is never copied; no span of it outlives it.
    unsafe memory.deallocate()
  }

  /// A slot, for reading; slot numbers start over after the last one.
  subscript(index: Int) -> RawSpan {
    @_lifetime(borrow self)
    get {
      // SAFETY: the slot lies in the memory, which is initialised and lives as long as this value.
      let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(slot(index)))
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// A slot, for writing.
  @_lifetime(&self)
  mutating func writing(_ index: Int) -> MutableRawSpan {
    // SAFETY: as above, and the access to this value is exclusive.
    let span = unsafe MutableRawSpan(_unsafeBytes: slot(index))
    return unsafe _overrideLifetime(span, mutating: &self)
  }

  /// A slot, for callers that do not use the same part of it at the same time.
  @unsafe
  func unprotected(_ index: Int) -> UnsafeMutableRawBufferPointer { unsafe slot(index) }

  @unsafe
  private func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
    // A division takes as long as copying a hundred octets.
    let start = (index < slotCount ? index : index % slotCount) * stride
    return unsafe UnsafeMutableRawBufferPointer(rebasing: memory[start..<(start + slotLength)])
  }

  /// Overwrites everything with octets that no output is full of.
  mutating func spoil() {
    // SAFETY: only initialised octets are overwritten.
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
  }

  /// Overwrites everything with random octets, which differ from run to run.
  mutating func fillWithRandomOctets() {
    var random = SystemRandomNumberGenerator()
    var state: UInt64 = random.next() | 1
    for at in Swift.stride(from: 0, to: slotCount * stride, by: 8) {
      // Xorshift (Marsaglia): the system's generator would take longer than the whole benchmark.
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      // SAFETY: eight octets are left.
      unsafe memory.storeBytes(of: state, toByteOffset: at, as: UInt64.self)
    }
  }
}
