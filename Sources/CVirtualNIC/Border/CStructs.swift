internal import CVnic

// Structs of C that start with their size.

/// The longest struct that a caller may pass, in octets: far above any that will be.
private let maximumStructSize = 4096

/// Reads a struct that starts with its size.
///
/// - Parameters:
///   - pointer: The struct.
///   - argument: The position of the argument, from 1.
/// - Returns: The members that are known.
/// - Throws: ``CallError/null(argument:)``, ``CallError/structSize(argument:size:minimum:)``, or
///   ``CallError/unknownMember(argument:offset:)`` if a longer struct of a newer header asks for
///   what is not known here.
@inline(__always)
internal func read<Struct: BitwiseCopyable>(
  _ pointer: UnsafePointer<Struct>?, argument: Int
) throws(CallError) -> Struct {
  guard let pointer = unsafe pointer else { throw .null(argument: argument) }
  // SAFETY: all these structs start with their size, and C passes memory of that size.
  let size = unsafe Int(UnsafeRawPointer(pointer).load(as: UInt32.self))
  if size != MemoryLayout<Struct>.size {
    try unsafe checkSize(
      UnsafeRawPointer(pointer), size, known: MemoryLayout<Struct>.size, argument: argument)
  }
  return unsafe pointer.pointee
}

/// Checks the size of a struct, and that its unknown members are 0.
@inline(never)
private func checkSize(
  _ pointer: UnsafeRawPointer, _ size: Int, known: Int, argument: Int
) throws(CallError) {
  guard size >= known else {
    throw .structSize(argument: argument, size: size, minimum: known)
  }
  guard size <= maximumStructSize else {
    throw .value(argument: argument, size, maximum: maximumStructSize)
  }
  for offset in known..<size
  // SAFETY: the struct has `size` octets.
  where unsafe pointer.load(fromByteOffset: offset, as: UInt8.self) != 0 {
    throw .unknownMember(argument: argument, offset: offset)
  }
}

/// Checks that a struct for results is there, and is large enough.
@inline(__always)
internal func checkResult<Struct: BitwiseCopyable>(
  _ pointer: UnsafeMutablePointer<Struct>?, argument: Int
) throws(CallError) -> UnsafeMutablePointer<Struct> {
  guard let pointer = unsafe pointer else { throw .null(argument: argument) }
  // SAFETY: all these structs start with their size.
  let size = unsafe Int(UnsafeRawPointer(pointer).load(as: UInt32.self))
  guard size >= MemoryLayout<Struct>.size else {
    throw .structSize(argument: argument, size: size, minimum: MemoryLayout<Struct>.size)
  }
  return unsafe pointer
}

/// Returns the pointer of an argument that must not be NULL.
@inline(__always)
internal func present<Pointee>(
  _ pointer: UnsafeMutablePointer<Pointee>?, argument: Int
) throws(CallError) -> UnsafeMutablePointer<Pointee> {
  guard let pointer = unsafe pointer else { throw .null(argument: argument) }
  return unsafe pointer
}

/// Returns a number of C as one of Swift.
@inline(__always)
internal func number(
  _ value: some FixedWidthInteger, in range: ClosedRange<Int>, argument: Int
) throws(CallError) -> Int {
  guard let number = Int(exactly: value), range.contains(number) else {
    throw .value(
      argument: argument, Int(clamping: value), maximum: range.upperBound)
  }
  return number
}
