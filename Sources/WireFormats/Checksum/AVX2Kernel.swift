internal import CSumKernels

// The one Swift file with code for one kind of processor; its C is in `CSumKernels.h`.

/// ``SumKernel/avx2``, where there is such a processor.
internal enum AVX2Kernel {
  /// True if this processor, and the system on it, can run the kernel.
  static var isAvailable: Bool {
    #if arch(x86_64)
      csum_has_avx2()
    #else
      false
    #endif
  }

  /// As ``wordSum(_:count:kernel:)``; the kernel is available.
  @inline(__always)
  static func sum(_ source: UnsafeRawPointer, count: Int) -> UInt64 {
    // SAFETY: the caller guarantees `count` octets, and a processor that has AVX2.
    #if arch(x86_64)
      unsafe csum_avx2_sum(source, count)
    #else
      unsafe portableSum(source, count: count)
    #endif
  }

  /// As ``copyAndSum(to:from:count:kernel:)``; the kernel is available.
  @inline(__always)
  static func copyAndSum(
    to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int
  ) -> UInt64 {
    // SAFETY: the caller guarantees `count` octets, and a processor that has AVX2.
    #if arch(x86_64)
      unsafe csum_avx2_copy(target, source, count)
    #else
      unsafe portableCopyAndSum(to: target, from: source, count: count)
    #endif
  }
}
