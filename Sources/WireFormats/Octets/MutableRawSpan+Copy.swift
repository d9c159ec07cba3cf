extension MutableRawSpan {
  /// A part of the span, for writing.
  @inlinable
  @_lifetime(&self)
  package mutating func part(_ range: Range<Int>) -> MutableRawSpan { _mutatingExtracting(range) }

  /// Copies octets to `offset`; traps if they leave the span.
  @inlinable
  @_lifetime(self: copy self)
  package mutating func copy(_ octets: RawSpan, at offset: Int) {
    precondition(offset >= 0 && octets.byteCount <= byteCount - offset, "no room for the copy")
    // SAFETY: lengths were compared, and a mutable span is exclusive, so the two do not overlap.
    unsafe octets.withUnsafeBytes { source in
      unsafe withUnsafeMutableBytes { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        unsafe (to + offset).copyMemory(from: from, byteCount: source.count)
      }
    }
  }

  /// Copies octets to `offset` and returns their sum in memory order, in one pass; traps if they
  /// leave the span.
  @_lifetime(self: copy self)
  package mutating func copySumming(_ octets: RawSpan, at offset: Int) -> UInt64 {
    precondition(offset >= 0 && octets.byteCount <= byteCount - offset, "no room for the copy")
    // SAFETY: lengths were compared, and a mutable span is exclusive, so the two do not overlap.
    return unsafe octets.withUnsafeBytes { source in
      unsafe withUnsafeMutableBytes { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
        return unsafe copyAndSum(
          to: to + offset, from: from, count: source.count, kernel: .current)
      }
    }
  }
}
