/// Reads what a ``StateWriter`` wrote, and checks everything that it reads.
///
/// No octets make it trap. It allocates no more than a multiple of the octets that are there: a
/// count is refused unless that many elements fit into the rest.
///
/// ```swift
/// var reader = try StateReader(octets, of: .queueLink, version: 1)
/// droppedCount = try reader.read("dropped frames", in: 0...Int.max)
/// try reader.finish()
/// ```
package struct StateReader: Sendable {
  private let octets: [UInt8]
  /// The version that the state has.
  package let version: UInt16
  /// Octets from the first one of the state to the next value.
  package private(set) var offset: Int
  /// Where the values end.
  private let end: Int

  /// Checks the header and the CRC-32 of a state.
  ///
  /// - Parameters:
  ///   - octets: The whole state.
  ///   - kind: Whose state it has to be.
  ///   - version: The newest version that the caller reads.
  /// - Throws: ``StateError`` for the first thing that is wrong.
  /// - Complexity: O(*n*) in the octets.
  package init(_ octets: [UInt8], of kind: StateKind, version: UInt16) throws(StateError) {
    self.octets = octets
    let outside = StateFormat.headerLength + StateFormat.checksumLength
    guard octets.count >= outside else {
      throw .truncated(offset: 0, needed: outside, available: octets.count)
    }
    let magic: UInt32 = octets.octets.networkOrder(at: 0)
    guard magic == StateFormat.magic else { throw .wrongMagic(found: magic) }
    self.version = octets.octets.littleEndian(at: 6)
    try Self.check(
      octets.octets.littleEndian(at: 4), self.version, at: 4, against: kind, version: version)
    let count: UInt64 = octets.octets.littleEndian(at: 8)
    let available = octets.count - outside
    guard count <= available else {
      throw .truncated(
        offset: StateFormat.headerLength, needed: Int(clamping: count), available: available)
    }
    end = StateFormat.headerLength + Int(count)
    guard count == available else {
      throw .trailing(
        offset: end + StateFormat.checksumLength, count: available - Int(count))
    }
    let found: UInt32 = octets.octets.littleEndian(at: end)
    let computed = EthernetFrameCheckSequence.value(of: octets.octets.extracting(0..<end))
    guard found == computed else { throw .wrongChecksum(found: found, computed: computed) }
    offset = StateFormat.headerLength
  }

  private static func check(
    _ kind: UInt16, _ version: UInt16, at offset: Int, against expected: StateKind,
    version supported: UInt16
  ) throws(StateError) {
    guard kind == expected.rawValue else {
      throw .wrongKind(expected: expected, found: kind, offset: offset)
    }
    guard (1...max(1, supported)).contains(version) else {
      throw .unsupportedVersion(expected, found: version, supported: supported)
    }
  }

  /// Octets of the values that were not read yet.
  package var remaining: Int { end - offset }

  /// Reads the beginning of the values of another type.
  ///
  /// - Returns: The version that they have.
  package mutating func beginSection(
    _ kind: StateKind, version: UInt16
  ) throws(StateError) -> UInt16 {
    let start = offset
    let found = (kind: try read(UInt16.self), version: try read(UInt16.self))
    try Self.check(found.kind, found.version, at: start, against: kind, version: version)
    return found.version
  }

  /// Throws unless all values were read.
  package func finish() throws(StateError) {
    guard remaining == 0 else { throw .trailing(offset: offset, count: remaining) }
  }

  /// Moves past a value of `count` octets, and returns where it begins.
  private mutating func take(_ count: Int) throws(StateError) -> Int {
    guard count <= remaining else {
      throw .truncated(offset: offset, needed: count, available: remaining)
    }
    defer { offset += count }
    return offset
  }

  /// Reads an integer that may have every value.
  package mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self
  ) throws(StateError) -> T {
    let start = try take(T.bitWidth / 8)
    return octets.octets.littleEndian(at: start)
  }

  /// Reads an integer that has a range; the error has its name.
  package mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
    _ name: @autoclosure () -> String, in range: ClosedRange<T>
  ) throws(StateError) -> T {
    let start = offset
    let value: T = try read()
    guard range.contains(value) else {
      throw .outOfRange(
        name(), offset: start, found: Int64(clamping: value),
        lowest: Int64(clamping: range.lowerBound), highest: Int64(clamping: range.upperBound))
    }
    return value
  }

  /// Reads an integer with eight octets that has a range.
  package mutating func read(
    _ name: @autoclosure () -> String, in range: ClosedRange<Int>
  ) throws(StateError) -> Int {
    Int(try read(name(), in: Int64(range.lowerBound)...Int64(range.upperBound)))
  }

  /// Reads 1 or 0.
  package mutating func readBool(_ name: @autoclosure () -> String) throws(StateError) -> Bool {
    try read(name(), in: UInt8(0)...1) == 1
  }

  /// Reads a value that may be missing.
  package mutating func readOptional<T>(
    _ name: @autoclosure () -> String, _ body: (inout StateReader) throws(StateError) -> T
  ) throws(StateError) -> T? {
    try readBool(name()) ? try body(&self) : nil
  }

  /// Reads a number of elements, each of which has at least `byteCount` octets.
  ///
  /// The number is refused if so many elements do not fit into the rest of the state.
  package mutating func readCount(
    _ name: @autoclosure () -> String, ofAtLeast byteCount: Int, upTo limit: Int = .max
  ) throws(StateError) -> Int {
    let rest = max(0, remaining - 8) / max(1, byteCount)
    return try read(name(), in: 0...min(rest, max(0, limit)))
  }

  /// Reads octets with their number before them, at most `limit`.
  package mutating func readOctets(
    _ name: @autoclosure () -> String, upTo limit: Int = .max
  ) throws(StateError) -> [UInt8] {
    let count = try readCount(name(), ofAtLeast: 1, upTo: limit)
    let start = try take(count)
    return octets.octets.array(start..<start + count)
  }

  /// Reads text.
  package mutating func readText(
    _ name: @autoclosure () -> String, upTo limit: Int = 65_536
  ) throws(StateError) -> String {
    let start = offset
    let utf8 = try readOctets(name(), upTo: limit)
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw .invalidText(name(), offset: start)
    }
    return text
  }
}
