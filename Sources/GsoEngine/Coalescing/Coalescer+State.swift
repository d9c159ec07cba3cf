public import WireFormats

// What a coalescer holds, as octets. The request is not part of the state.
extension Coalescer {
  /// The version of the values that a state has.
  private static let stateVersion: UInt16 = 1

  /// Saves the held units with their metadata, the time, and the number of frames.
  ///
  /// Nothing changes. A coalescer that is restored from the octets goes on as this one does.
  ///
  /// - Returns: The state, with a version and a checksum.
  /// - Complexity: O(*n*) in the octets of all held units.
  public func save() -> [UInt8] {
    var writer = StateWriter(.coalescer, version: Self.stateVersion)
    write(to: &writer)
    return writer.finish()
  }

  /// Replaces everything by a state; nothing changes if it throws.
  ///
  /// ```swift
  /// var copy = try Coalescer(coalescer.request)
  /// try copy.restore(coalescer.save())
  /// ```
  ///
  /// Units that are held are not delivered. The ``request`` stays: the units of the state have to
  /// be ones that its rules hold, and no more than its flows.
  ///
  /// - Parameter octets: What ``save()`` returned.
  /// - Throws: `StateError` for the first octets that are wrong.
  /// - Complexity: O(*n*) in the octets and in the number of flows.
  public mutating func restore(_ octets: [UInt8]) throws(StateError) {
    var reader = try StateReader(octets, of: .coalescer, version: Self.stateVersion)
    var restored = Coalescer(checked: request)
    try restored.readValues(&reader)
    try reader.finish()
    self = restored
  }

  /// Writes the state as a section of another one.
  package func save(to writer: inout StateWriter) {
    writer.beginSection(.coalescer, version: Self.stateVersion)
    write(to: &writer)
  }

  /// Restores a coalescer from a section of another state.
  ///
  /// - Throws: `StateError`; the coalescer is not to be used then.
  /// - Precondition: It was just made.
  package mutating func restore(from reader: inout StateReader) throws(StateError) {
    _ = try reader.beginSection(.coalescer, version: Self.stateVersion)
    try readValues(&reader)
  }

  private func write(to writer: inout StateWriter) {
    writer.write(frameCount)
    writer.write(now)
    writer.write(table.count)
    var at = table.oldest
    while at >= 0 {
      writeUnit(Int(at), to: &writer)
      at = units[Int(at)].newer
    }
  }

  private mutating func readValues(_ reader: inout StateReader) throws(StateError) {
    frameCount = try reader.read("number of frames", in: 0...Int.max)
    now = try reader.read()
    let count = try reader.readCount(
      "number of units", ofAtLeast: 64, upTo: request.flowCapacity)
    for _ in 0..<count { try readUnit(&reader) }
  }
}
