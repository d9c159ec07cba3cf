internal import CSumKernels

// The only loops of the package that touch every payload octet. They use raw pointers, because
// checked accesses take twice the time here. Callers hold spans and compare lengths first.

/// The unfolded ones' complement sum of `count` octets, words taken in memory order.
///
/// `source` must be readable for `count` octets.
package func wordSum(
  _ source: UnsafeRawPointer, count: Int, kernel: SumKernel
) -> UInt64 {
  // SAFETY: the caller guarantees `count` octets, and a kernel in use is available.
  if kernel == .avx2, count >= 64 { return unsafe AVX2Kernel.sum(source, count: count) }
  return unsafe portableSum(source, count: count)
}

/// Copies `count` octets and returns their unfolded ones' complement sum, in one pass.
///
/// `source` must be readable and `target` writable for `count` octets, and they must not overlap.
package func copyAndSum(
  to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int,
  kernel: SumKernel
) -> UInt64 {
  guard count >= 96 else { return unsafe copyAndSumRest(to: target, from: source, count: count) }
  if kernel == .avx2 {
    // SAFETY: the caller guarantees `count` octets, and a kernel in use is available.
    return unsafe copyAndSumAligned(to: target, from: source, count: count, alignment: 32) {
      unsafe AVX2Kernel.copyAndSum(to: $0, from: $1, count: $2)
    }
  }
  // SAFETY: the caller guarantees `count` octets.
  return unsafe copyAndSumAligned(to: target, from: source, count: count, alignment: 16) {
    unsafe portableCopyAndSum(to: $0, from: $1, count: $2)
  }
}

/// Copies and sums octets up to an aligned address, and the rest by `body`, whose stores are then
/// aligned: on some processors that is faster by a third.
@inline(__always)
private func copyAndSumAligned(
  to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int, alignment: Int,
  _ body: (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> UInt64
) -> UInt64 {
  let peel = -Int(bitPattern: target) & (alignment - 1)
  guard peel != 0 else { return unsafe body(target, source, count) }
  // SAFETY: `peel` is less than `alignment`, and `count` is more.
  let head = unsafe copyAndSumRest(to: target, from: source, count: peel)
  let rest = unsafe body(target + peel, source + peel, count - peel)
  // After an odd number of octets the halves of all words are exchanged.
  return head &+ (peel & 1 == 0 ? rest : WordSum.rotated(rest))
}

// MARK: Swift

/// As ``wordSum(_:count:kernel:)``.
internal func portableSum(_ source: UnsafeRawPointer, count: Int) -> UInt64 {
  var source = unsafe source
  var count = count
  guard count >= 64 else { return unsafe sumRest(source, count: count) }
  var accumulator = VectorSum()
  while count >= 64 {
    // SAFETY: at least 64 octets are left to read.
    let first = unsafe source.loadUnaligned(as: SIMD4<UInt64>.self)
    let second = unsafe source.loadUnaligned(fromByteOffset: 32, as: SIMD4<UInt64>.self)
    accumulator.add(first, second)
    unsafe source += 64
    count -= 64
  }
  return unsafe accumulator.total &+ sumRest(source, count: count)
}

/// As ``copyAndSum(to:from:count:kernel:)``.
@inline(__always)
internal func portableCopyAndSum(
  to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int
) -> UInt64 {
  var (target, source, count) = unsafe (target, source, count)
  var accumulator = VectorSum()
  while count >= 64 {
    // SAFETY: a hint, for which any address is valid.
    unsafe csum_prefetch(source)
    // SAFETY: at least 64 octets are left to read and to write.
    let first = unsafe source.loadUnaligned(as: SIMD4<UInt64>.self)
    let second = unsafe source.loadUnaligned(fromByteOffset: 32, as: SIMD4<UInt64>.self)
    unsafe target.storeBytes(of: first, as: SIMD4<UInt64>.self)
    unsafe target.storeBytes(of: second, toByteOffset: 32, as: SIMD4<UInt64>.self)
    accumulator.add(first, second)
    unsafe source += 64
    unsafe target += 64
    count -= 64
  }
  return unsafe accumulator.total &+ copyAndSumRest(to: target, from: source, count: count)
}

/// Sums of 64-bit lanes and of their upper halves, four lanes wide and twice unrolled.
///
/// `a` sums whole 64-bit lanes and may wrap, `b` sums their upper halves. At the end `a - (b <<
/// 32)` is the exact sum of the lower halves. That takes three vector operations per load and no
/// carries.
private struct VectorSum {
  private var a0 = SIMD4<UInt64>()
  private var b0 = SIMD4<UInt64>()
  private var a1 = SIMD4<UInt64>()
  private var b1 = SIMD4<UInt64>()

  @inline(__always)
  mutating func add(_ first: SIMD4<UInt64>, _ second: SIMD4<UInt64>) {
    a0 &+= first
    b0 &+= first &>> 32
    a1 &+= second
    b1 &+= second &>> 32
  }

  /// Everything added so far, as a sum of 32-bit halves.
  @inline(__always)
  var total: UInt64 {
    let (a, b) = (a0 &+ a1, b0 &+ b1)
    return (a &- (b &<< 32) &+ b).wrappedSum()
  }
}

/// As ``wordSum(_:count:kernel:)``, for octets that do not fill a vector.
@inline(__always)
private func sumRest(_ source: UnsafeRawPointer, count: Int) -> UInt64 {
  var sum: UInt64 = 0
  var at = 0
  while count - at >= 8 {
    // SAFETY: at least 8 octets are left to read.
    sum &+= WordSum.halves(unsafe source.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    at += 8
  }
  if count & 4 != 0 {
    // SAFETY: at least 4 octets are left to read.
    sum &+= UInt64(unsafe source.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    at += 4
  }
  if count & 2 != 0 {
    // SAFETY: at least 2 octets are left to read.
    sum &+= UInt64(unsafe source.loadUnaligned(fromByteOffset: at, as: UInt16.self))
    at += 2
  }
  if count & 1 != 0 {
    // SAFETY: one octet is left. It is the first half of a word, wherever that lies in memory.
    sum &+= UInt64(UInt16(unsafe source.load(fromByteOffset: at, as: UInt8.self)).littleEndian)
  }
  return sum
}

/// As ``copyAndSum(to:from:count:kernel:)``, for octets that do not fill a vector.
@inline(__always)
private func copyAndSumRest(
  to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int
) -> UInt64 {
  var sum: UInt64 = 0
  var at = 0
  while count - at >= 8 {
    // SAFETY: at least 8 octets are left to read and to write.
    let value = unsafe source.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    unsafe target.storeBytes(of: value, toByteOffset: at, as: UInt64.self)
    sum &+= WordSum.halves(value)
    at += 8
  }
  if count & 4 != 0 {
    // SAFETY: at least 4 octets are left to read and to write.
    let value = unsafe source.loadUnaligned(fromByteOffset: at, as: UInt32.self)
    unsafe target.storeBytes(of: value, toByteOffset: at, as: UInt32.self)
    sum &+= UInt64(value)
    at += 4
  }
  if count & 2 != 0 {
    // SAFETY: at least 2 octets are left to read and to write.
    let value = unsafe source.loadUnaligned(fromByteOffset: at, as: UInt16.self)
    unsafe target.storeBytes(of: value, toByteOffset: at, as: UInt16.self)
    sum &+= UInt64(value)
    at += 2
  }
  if count & 1 != 0 {
    // SAFETY: one octet is left. It is the first half of a word, wherever that lies in memory.
    let value = unsafe source.load(fromByteOffset: at, as: UInt8.self)
    unsafe target.storeBytes(of: value, toByteOffset: at, as: UInt8.self)
    sum &+= UInt64(UInt16(value).littleEndian)
  }
  return sum
}
