internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

/// The kinds of checksums of coalesced frames; their places in a state stay the same for ever.
internal let coalescedChecksums: [CoalescingRequest.Checksum] = [.complete, .pseudoHeader, .zero]

extension StateWriter {
  internal mutating func write(_ settings: ReceiveCoalescing) {
    write(settings.window) { $0.write($1) }
    write(settings.flowCapacity)
    write(settings.checksum, of: coalescedChecksums)
    write(settings.rules)
  }
}

extension StateReader {
  /// Reads settings, whose flows take at most `memoryLimit` octets.
  internal mutating func readSettings(
    memoryLimit: Int
  ) throws(StateError) -> ReceiveCoalescing {
    var settings = ReceiveCoalescing()
    settings.window = try readOptional("presence of a window") {
      reader throws(StateError) in try reader.read(UInt64.self)
    }
    settings.flowCapacity = try read(
      "flowCapacity", in: Int.min...max(1, memoryLimit / 65_600))
    settings.checksum = try read("checksum of coalesced frames", of: coalescedChecksums)
    settings.rules = try readCoalescingRules()
    return settings
  }
}

// The coalescer of a NIC. It has offloads and settings of its own, because those of the NIC may
// have changed since it was made: then it delivers its units in the next call.
extension ReceiveCoalescer {
  /// Writes what it was made for, the units that it holds, and its time.
  internal func save(to writer: inout StateWriter) {
    writer.write(active)
    writer.write(settings)
    coalescer.save(to: &writer)
  }

  /// Restores the coalescer of a NIC.
  ///
  /// - Throws: `StateError`, also for one that would coalesce nothing.
  internal static func restored(
    _ reader: inout StateReader, memoryLimit: Int
  ) throws(StateError) -> ReceiveCoalescer {
    let active = try reader.readCoalescing()
    let settings = try reader.readSettings(memoryLimit: memoryLimit)
    guard let restored = ReceiveCoalescer(active, settings) else {
      throw .contradiction("a coalescer that coalesces nothing", offset: reader.offset)
    }
    try restored.coalescer.restore(from: &reader)
    return restored
  }
}
