internal import CVnic
internal import GsoEngine
internal import WireFormats

// Memory of C as spans. The only file that makes spans of pointers.

/// Runs `body` with octets of C.
///
/// - Throws: ``CallError/null(argument:)`` for NULL with a size that is not 0;
///   ``CallError/value(argument:_:maximum:)`` for a size beyond any memory.
@inline(__always)
internal func withOctets<Value>(
  _ octets: UnsafeRawPointer?, _ size: Int, argument: Int,
  _ body: (RawSpan) throws(CallError) -> Value
) throws(CallError) -> Value {
  if unsafe octets == nil { try checkNoMemory(size, argument: argument) }
  guard size >= 0 else { throw .value(argument: argument, size, maximum: .max) }
  // SAFETY: C lends `size` octets for the time of the call.
  return try body(
    unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: octets, count: size)))
}

/// Runs `body` with memory of C to be written.
@inline(__always)
internal func withOutput<Value>(
  _ octets: UnsafeMutableRawPointer?, _ size: Int, argument: Int,
  _ body: (inout MutableRawSpan) throws(CallError) -> Value
) throws(CallError) -> Value {
  if unsafe octets == nil { try checkNoMemory(size, argument: argument) }
  guard size >= 0 else { throw .value(argument: argument, size, maximum: .max) }
  // SAFETY: C lends `size` octets, of which nobody else reads or writes any meanwhile.
  var output = unsafe MutableRawSpan(
    _unsafeBytes: UnsafeMutableRawBufferPointer(start: octets, count: size))
  return try body(&output)
}

/// Checks the size of memory whose pointer is NULL.
///
/// A call of its own, so that it costs other memory one comparison.
@inline(never)
private func checkNoMemory(_ size: Int, argument: Int) throws(CallError) {
  // A `size_t` above `Int.max` is negative here.
  guard size >= 0 else { throw .value(argument: argument, size, maximum: .max) }
  guard size == 0 else { throw .null(argument: argument) }
}

/// Runs one of two functions with a frame of C: in one buffer, or in several.
///
/// - Parameters:
///   - buffers: The buffers, in the order of the frame.
///   - count: Their number.
///   - argument: The position of `buffers` among the arguments, from 1.
///   - whole: Gets a frame in one buffer.
///   - scattered: Gets any other frame.
/// - Returns: What the function returns.
/// - Throws: As ``withOctets(_:_:argument:_:)`` for each buffer, and what the function throws.
@inline(__always)
internal func withFrame<Value>(
  _ buffers: UnsafePointer<vnic_buffer>?, _ count: Int, argument: Int,
  whole: (RawSpan) throws(CallError) -> Value,
  scattered: (ScatteredFrame) throws(CallError) -> Value
) throws(CallError) -> Value {
  // SAFETY: C lends `count` buffers.
  if count == 1, let only = unsafe buffers?.pointee {
    return try unsafe withOctets(only.octets, only.size, argument: argument, whole)
  }
  return try unsafe withScattered(buffers, count, argument: argument, scattered)
}

/// Runs a function with a frame that lies in several buffers, or in none.
@inline(never)
private func withScattered<Value>(
  _ buffers: UnsafePointer<vnic_buffer>?, _ count: Int, argument: Int,
  _ body: (ScatteredFrame) throws(CallError) -> Value
) throws(CallError) -> Value {
  guard (0...Int(VNIC_MAXIMUM_BUFFERS)).contains(count) else {
    throw .value(
      argument: argument + 1, count, maximum: Int(VNIC_MAXIMUM_BUFFERS))
  }
  guard unsafe buffers != nil || count == 0 else { throw .null(argument: argument) }
  let all = unsafe UnsafeBufferPointer(start: buffers, count: count)
  let extent = try unsafe Extent(of: all, argument: argument)
  // SAFETY: the ranges are written before they are read, and not kept. The memory goes from the
  // first octet of any buffer to the last, and is read within the buffers only.
  let result = unsafe withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: count) {
    ranges -> Result<Value, CallError> in
    for index in all.indices {
      let buffer = unsafe all[index]
      let start = unsafe buffer.size == 0 ? 0 : Int(bitPattern: buffer.octets) - extent.start
      unsafe ranges.initializeElement(at: index, to: start..<(start + buffer.size))
    }
    do throws(CallError) {
      let memory = unsafe RawSpan(
        _unsafeBytes: UnsafeRawBufferPointer(
          start: UnsafeRawPointer(bitPattern: extent.start), count: extent.byteCount))
      let frame: ScatteredFrame
      do throws(SegmentationError) {
        frame = try unsafe ScatteredFrame(
          memory: memory, buffers: Span(_unsafeElements: UnsafeBufferPointer(ranges)))
      } catch {
        throw .segmentation(error)
      }
      return .success(try body(frame))
    } catch {
      return .failure(error)
    }
  }
  return try result.get()
}

/// The memory from the first octet of some buffers to the last.
private struct Extent {
  /// The address of the first octet.
  private(set) var start = 0
  private var end = 0

  var byteCount: Int { end - start }

  /// Checks all buffers.
  init(
    of buffers: UnsafeBufferPointer<vnic_buffer>, argument: Int
  ) throws(CallError) {
    var total = 0
    for index in buffers.indices {
      let buffer = unsafe buffers[index]
      let size = unsafe buffer.size
      guard size != 0 else { continue }
      guard let octets = unsafe buffer.octets else { throw .null(argument: argument) }
      let address = Int(bitPattern: octets)
      let (sum, isTooLong) = total.addingReportingOverflow(size)
      let (last, isOutside) = address.addingReportingOverflow(size)
      guard size > 0, !isTooLong, !isOutside, address > 0 else {
        throw .value(argument: argument, size, maximum: .max)
      }
      (start, end) = total == 0 ? (address, last) : (min(start, address), max(end, last))
      total = sum
    }
  }
}

/// Runs `body` with the first octets of a scattered frame, gathered: `byteCount` of them, or all.
///
/// - Complexity: O(*n*) in the octets. Allocates for more than 1,024 octets.
internal func withFront<Value>(
  of frame: ScatteredFrame, byteCount: Int, _ body: (RawSpan) throws(CallError) -> Value
) throws(CallError) -> Value {
  let count = min(byteCount, frame.byteCount)
  // SAFETY: all octets are written before they are read.
  let result = unsafe withUnsafeTemporaryAllocation(byteCount: count, alignment: 16) {
    memory -> Result<Value, CallError> in
    var target = unsafe MutableRawSpan(_unsafeBytes: memory)
    frame.copy(0..<count, to: &target)
    do throws(CallError) { return .success(try body(target.bytes)) } catch {
      return .failure(error)
    }
  }
  return try result.get()
}

/// Copies octets to the front of memory that has room for them.
internal func copyOctets(_ octets: RawSpan, to target: inout MutableRawSpan) {
  // SAFETY: the smaller length is copied, and memory to write to overlaps no other.
  unsafe octets.withUnsafeBytes { source in
    unsafe target.withUnsafeMutableBytes { target in
      guard let from = source.baseAddress, let to = target.baseAddress else { return }
      unsafe to.copyMemory(from: from, byteCount: min(source.count, target.count))
    }
  }
}
