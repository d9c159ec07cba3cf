/// Writes a state: values one after another, between a header and a CRC-32.
///
/// ```swift
/// var writer = StateWriter(.queueLink, version: 1)
/// writer.write(droppedCount)
/// let octets = writer.finish()
/// ```
///
/// A type whose state is a part of another state has a function that writes into a writer, which
/// begins with ``beginSection(_:version:)``, and an initialiser that takes a ``StateReader``.
package struct StateWriter: Sendable {
  private var octets: [UInt8] = []

  /// Begins a state.
  ///
  /// - Parameters:
  ///   - kind: Whose state it is.
  ///   - version: The version of its values, from 1; a change of their order or meaning needs a new
  ///     one.
  package init(_ kind: StateKind, version: UInt16) {
    write(StateFormat.magic.byteSwapped)
    beginSection(kind, version: version)
    write(UInt64(0))
  }

  /// Begins the values of another type in this state.
  package mutating func beginSection(_ kind: StateKind, version: UInt16) {
    write(kind.rawValue)
    write(version)
  }

  /// Writes an integer with the octets of its type, least significant first.
  package mutating func write<T: FixedWidthInteger>(_ value: T) {
    for index in 0..<T.bitWidth / 8 {
      octets.append(UInt8(truncatingIfNeeded: value >> T(8 * index)))
    }
  }

  /// Writes an integer with eight octets.
  package mutating func write(_ value: Int) { write(Int64(value)) }

  /// Writes 1 or 0, in one octet.
  package mutating func write(_ value: Bool) { write(UInt8(value ? 1 : 0)) }

  /// Writes the IEEE 754 representation, in eight octets.
  package mutating func write(_ value: Double) { write(value.bitPattern) }

  /// Writes whether there is a value, and then the value.
  package mutating func write<T>(
    _ value: T?, _ body: (inout StateWriter, T) -> Void
  ) {
    write(value != nil)
    if let value { body(&self, value) }
  }

  /// Writes the number of elements, and then each of them.
  package mutating func write<Elements: Collection>(
    each elements: Elements, _ body: (inout StateWriter, Elements.Element) -> Void
  ) {
    write(elements.count)
    for element in elements { body(&self, element) }
  }

  /// Writes a number of octets, and then the octets.
  package mutating func write(_ span: RawSpan) {
    write(span.byteCount)
    // SAFETY: the buffer is only read, and only while the closure runs.
    unsafe span.withUnsafeBytes { unsafe octets.append(contentsOf: $0) }
  }

  /// Writes a number of octets, and then the octets.
  package mutating func write(_ array: [UInt8]) { write(array.octets) }

  /// Writes text as UTF-8, with its number of octets.
  package mutating func write(_ text: String) { write(Array(text.utf8)) }

  /// Ends the state.
  ///
  /// - Returns: The header, the values and the CRC-32.
  /// - Complexity: O(*n*) in the octets.
  package consuming func finish() -> [UInt8] {
    let count = UInt64(octets.count - StateFormat.headerLength)
    octets.withMutableOctets { $0.setLittleEndian(count, at: 8) }
    write(EthernetFrameCheckSequence.value(of: octets.octets))
    return octets
  }
}
