// The only loops of the package that touch every payload octet. Both work on raw pointers: checked
// accesses cost twice the time here. Their callers hold spans and compare lengths first.
//
// Two accumulators per vector: `a` sums whole 64-bit lanes and may wrap, `b` sums their upper
// halves. At the end `a - (b << 32)` is the exact sum of the lower halves. That is three vector
// operations per load and no carry to look after.

/// The unfolded ones' complement sum of `count` octets, words taken in memory order.
///
/// `source` must be readable for `count` octets.
@usableFromInline
internal func wordSum(_ source: UnsafeRawPointer, count: Int) -> UInt64 {
  var source = unsafe source
  var count = count
  var accumulator = VectorSum()
  while count >= 64 {
    // SAFETY: at least 64 octets are left to read.
    let first = unsafe source.loadUnaligned(as: SIMD4<UInt64>.self)
    let second = unsafe source.loadUnaligned(fromByteOffset: 32, as: SIMD4<UInt64>.self)
    accumulator.add(first, second)
    unsafe source += 64
    count -= 64
  }
  return unsafe accumulator.total &+ scalarSum(source, count: count)
}

/// Copies `count` octets and returns their unfolded ones' complement sum, in one pass.
///
/// `source` must be readable and `target` writable for `count` octets, and they must not overlap.
@usableFromInline
internal func copyAndSum(
  to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int
) -> UInt64 {
  var (target, source, count) = unsafe (target, source, count)
  var head: UInt64 = 0
  // Aligned stores are a third faster on some processors. The way there is even, so that the sum
  // stays in step; an odd target cannot get there and is left as it is.
  let misalignment = Int(bitPattern: target) & 15
  if count >= 96, misalignment & 1 == 0, misalignment != 0 {
    let peel = 16 - misalignment
    head = unsafe scalarCopyAndSum(to: target, from: source, count: peel)
    unsafe target += peel
    unsafe source += peel
    count -= peel
  }
  var accumulator = VectorSum()
  while count >= 64 {
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
  let tail = unsafe scalarCopyAndSum(to: target, from: source, count: count)
  return accumulator.total &+ head &+ tail
}

/// Sums of 64-bit lanes and of their upper halves, four lanes wide and twice unrolled.
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
    let low = (a0 &- (b0 &<< 32)) &+ (a1 &- (b1 &<< 32))
    return low.wrappedSum() &+ b0.wrappedSum() &+ b1.wrappedSum()
  }
}

/// As ``wordSum(_:count:)``, for the few octets that fill no vector.
@inline(__always)
private func scalarSum(_ source: UnsafeRawPointer, count: Int) -> UInt64 {
  var sum: UInt64 = 0
  var at = 0
  while count - at >= 4 {
    // SAFETY: at least 4 octets are left to read.
    sum &+= UInt64(unsafe source.loadUnaligned(fromByteOffset: at, as: UInt32.self))
    at += 4
  }
  if count - at >= 2 {
    // SAFETY: at least 2 octets are left to read.
    sum &+= UInt64(unsafe source.loadUnaligned(fromByteOffset: at, as: UInt16.self))
    at += 2
  }
  if count > at {
    // SAFETY: one octet is left. It is the first half of a word, wherever that lies in memory.
    sum &+= UInt64(UInt16(unsafe source.load(fromByteOffset: at, as: UInt8.self)).littleEndian)
  }
  return sum
}

/// As ``copyAndSum(to:from:count:)``, for the few octets that fill no vector.
@inline(__always)
private func scalarCopyAndSum(
  to target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, count: Int
) -> UInt64 {
  var sum: UInt64 = 0
  var at = 0
  while count - at >= 4 {
    // SAFETY: at least 4 octets are left to read and to write.
    let value = unsafe source.loadUnaligned(fromByteOffset: at, as: UInt32.self)
    unsafe target.storeBytes(of: value, toByteOffset: at, as: UInt32.self)
    sum &+= UInt64(value)
    at += 4
  }
  if count - at >= 2 {
    // SAFETY: at least 2 octets are left to read and to write.
    let value = unsafe source.loadUnaligned(fromByteOffset: at, as: UInt16.self)
    unsafe target.storeBytes(of: value, toByteOffset: at, as: UInt16.self)
    sum &+= UInt64(value)
    at += 2
  }
  if count > at {
    // SAFETY: one octet is left. It is the first half of a word, wherever that lies in memory.
    let value = unsafe source.load(fromByteOffset: at, as: UInt8.self)
    unsafe target.storeBytes(of: value, toByteOffset: at, as: UInt8.self)
    sum &+= UInt64(UInt16(value).littleEndian)
  }
  return sum
}
