/// The headers of one segment in the output, written without bounds checks.
///
/// Checked stores would take more time than all other steps on a header. Unchecked ones are sound,
/// because ``HeaderTemplate`` compares all of its offsets with the header length once per frame,
/// and the caller of the initialiser guarantees room for that many octets.
@safe
internal struct UncheckedHeader {
  /// What is copied at once.
  typealias Block = SIMD2<UInt64>

  private let base: UnsafeMutableRawPointer

  /// - Parameter base: Writable for the whole header length of the template that will write.
  @inline(__always)
  @unsafe
  init(_ base: UnsafeMutableRawPointer) { unsafe self.base = unsafe base }

  /// Writes an integer in memory order, or a block.
  @inline(__always)
  func set<T>(_ value: T, at offset: Int) where T: BitwiseCopyable {
    // SAFETY: the type's contract.
    unsafe base.storeBytes(of: value, toByteOffset: offset, as: T.self)
  }

  /// Copies all headers to the front.
  ///
  /// - Parameters:
  ///   - source: Readable for `count` octets that are no part of the output.
  ///   - count: The header length; at least 16.
  @inline(__always)
  @unsafe
  func copy(_ source: UnsafeRawPointer, count: Int) {
    // Blocks from the front, and one that ends where the headers do, which may overlap the one
    // before it. Up to 80 octets there is no loop. SAFETY: every block lies in the first `count`
    // octets.
    unsafe copyBlock(source, at: 0)
    if count > 32 {
      unsafe copyBlock(source, at: 16)
      if count > 48 {
        unsafe copyBlock(source, at: 32)
        if count > 64 {
          unsafe copyBlock(source, at: 48)
          var at = 64
          while at &+ 16 < count {
            unsafe copyBlock(source, at: at)
            at &+= 16
          }
        }
      }
    }
    unsafe copyBlock(source, at: count &- 16)
  }

  @inline(__always)
  @unsafe
  private func copyBlock(_ source: UnsafeRawPointer, at offset: Int) {
    // SAFETY: the caller guarantees that the block lies in the headers.
    let block = unsafe source.loadUnaligned(fromByteOffset: offset, as: Block.self)
    unsafe base.storeBytes(of: block, toByteOffset: offset, as: Block.self)
  }
}
