extension FrameBatch {
  /// Calls `body` with a frame that has a header directly before it in memory.
  ///
  /// So both are handed over as one piece, for example to a system call, and the frame is not
  /// copied. Until `body` returns, the header takes the place of the last octets of the frame
  /// before it, which nothing may read meanwhile.
  ///
  /// - Parameters:
  ///   - header: What is to precede the frame, at most 24 octets.
  ///   - index: The frame.
  ///   - body: Gets the octets of header and frame.
  /// - Returns: What `body` returns. Nil, and `body` is not called, if the memory before the frame
  ///   is not the batch's or has less room than the header needs: as before the first frame.
  /// - Precondition: `index` is in `0..<count`.
  /// - Complexity: O(1), but for `body`.
  @inlinable @inline(__always)
  package func withHeader<Result>(
    _ header: RawSpan, before index: Int, _ body: (RawSpan) -> Result
  ) -> Result? {
    let range = range(of: index)
    let headerLength = header.byteCount
    var kept = InlineArray<24, UInt8>(repeating: 0)
    guard index > 0, headerLength <= range.lowerBound, headerLength <= kept.count else {
      return nil
    }
    var span = kept.mutableSpan
    // SAFETY: only an arena makes batches of several frames. Its memory can be written, and its
    // user, who waits for this call, is the only one that does. The place lies in it: both lengths
    // were compared. What is there is the same afterwards.
    return unsafe octets.withUnsafeBytes { octets in
      unsafe header.withUnsafeBytes { header in
        unsafe span.withUnsafeMutableBytes { kept in
          let start = range.lowerBound - headerLength
          let whole = unsafe UnsafeMutableRawBufferPointer(
            mutating: UnsafeRawBufferPointer(rebasing: octets[start..<range.upperBound]))
          unsafe kept.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[..<headerLength]))
          unsafe whole.copyMemory(from: header)
          let result = unsafe body(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(whole)))
          unsafe whole.copyMemory(from: UnsafeRawBufferPointer(rebasing: kept[..<headerLength]))
          return result
        }
      }
    }
  }
}
