/// Headers that a loop copies to many places, in registers as far as there are enough of them.
@safe
internal struct HeaderImage {
  private typealias Block = UncheckedHeader.Block

  private let (first, second, third, fourth): (Block, Block, Block, Block)
  private let (fifth, sixth, seventh): (Block, Block, Block)
  /// The last 16 octets, which may overlap the block before them.
  private let last: Block
  private let lastOffset: Int
  private let source: UnsafeRawPointer
  /// Number of whole blocks before the last one; 0 for headers of any length.
  private let count: Int

  /// Reads headers.
  ///
  /// - Parameters:
  ///   - source: Where they lie; readable as long as this value is used.
  ///   - length: Their length, in octets; at least 16.
  ///   - count: What ``blocks(of:)`` returns for this length, at least 2 and at most 7, as a
  ///     constant; 0 for any length.
  @inline(always)
  @unsafe
  init(_ source: UnsafeRawPointer, length: Int, blocks count: Int) {
    // SAFETY: as many blocks as the headers have.
    @inline(always)
    func block(_ index: Int) -> Block {
      unsafe index < count
        ? source.loadUnaligned(fromByteOffset: index &* 16, as: Block.self) : Block()
    }
    (first, second, third, fourth) = (block(0), block(1), block(2), block(3))
    (fifth, sixth, seventh) = (block(4), block(5), block(6))
    lastOffset = length &- 16
    // SAFETY: the caller guarantees 16 octets and more.
    last = unsafe source.loadUnaligned(fromByteOffset: lastOffset, as: Block.self)
    unsafe self.source = unsafe source
    self.count = count
  }

  /// Number of whole blocks before the last 16 octets of headers.
  @inline(always)
  static func blocks(of length: Int) -> Int { (length &- 1) &>> 4 }

  /// Copies the headers.
  @inline(always)
  func copy(to header: UncheckedHeader) {
    guard count != 0 else {
      // SAFETY: the contract of the initialiser.
      return unsafe header.copy(source, count: lastOffset &+ 16)
    }
    header.set(first, at: 0)
    header.set(second, at: 16)
    if count > 2 { header.set(third, at: 32) }
    if count > 3 { header.set(fourth, at: 48) }
    if count > 4 { header.set(fifth, at: 64) }
    if count > 5 { header.set(sixth, at: 80) }
    if count > 6 { header.set(seventh, at: 96) }
    header.set(last, at: lastOffset)
  }
}
