extension WordSum {
  /// Sums some octets; an odd last octet is taken as the first half of a word.
  ///
  /// - Complexity: O(*n*). Does not allocate.
  public static func sum(_ octets: RawSpan) -> UInt64 {
    // SAFETY: the kernel reads exactly the octets of the buffer, and only while the closure runs.
    unsafe octets.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return unsafe wordSum(base, count: buffer.count, kernel: .current)
    }
  }
}
