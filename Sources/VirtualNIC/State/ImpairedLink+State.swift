public import NetAdapterCore
public import WireFormats

extension ImpairedLink {
  /// The version of the state.
  private static let version: UInt16 = 1

  /// Saves the faults, the counters, the frames under way and the generator of random numbers.
  ///
  /// The next link is not part of the state.
  ///
  /// - Returns: The state, for ``init(restoring:next:)``.
  /// - Throws: `SaveError.insideDelivery(call:)`.
  /// - Complexity: O(*n*) in the octets of the frames under way.
  public func save() throws(SaveError) -> [UInt8] {
    guard delivery == nil else { throw .insideDelivery(call: "save()") }
    var writer = StateWriter(.impairedLink, version: Self.version)
    let values = impairments.values
    for rate in [
      values.lossRate, values.duplicationRate, values.corruptionRate, values.reorderingRate,
    ] {
      writer.write(rate)
    }
    writer.write(values.reorderingDelay)
    writer.write(values.delay)
    writer.write(values.bandwidth) { $0.write($1) }
    writer.write(each: ImpairmentCounters.all) { $0.write(counters[keyPath: $1]) }
    writer.write(random.state)
    writer.write(now.nanoseconds)
    writer.write(free.nanoseconds)
    writer.write(answers.moment.nanoseconds)
    writer.write(answers.count)
    inFlight.write(to: &writer)
    return writer.finish()
  }

  /// Restores a link, which then delivers what the saved one would have delivered.
  ///
  /// - Parameters:
  ///   - octets: What ``save()`` returned.
  ///   - next: The link that gets the frames.
  /// - Throws: `StateError`.
  /// - Complexity: O(*n*) in the octets.
  public convenience init(restoring octets: [UInt8], next: any Link) throws(StateError) {
    var reader = try StateReader(octets, of: .impairedLink, version: Self.version)
    let impairments = try Impairments(&reader)
    self.init(impairments, seed: 0, next: next)
    let count = ImpairmentCounters.all.count
    _ = try reader.read("number of counters", in: count...count)
    for counter in ImpairmentCounters.all { counters[keyPath: counter] = try reader.readCounter() }
    random = RandomSource(seed: try reader.read())
    now = try reader.readTime()
    free = try reader.readTime()
    answers.moment = try reader.readTime()
    answers.count = try reader.read("answers", in: 0...Self.maximumAnswersAtOnce)
    try inFlight.read(&reader)
    try reader.finish()
  }
}

extension Impairments {
  fileprivate init(_ reader: inout StateReader) throws(StateError) {
    let start = reader.offset
    var values = Values()
    values.lossRate = Double(bitPattern: try reader.read())
    values.duplicationRate = Double(bitPattern: try reader.read())
    values.corruptionRate = Double(bitPattern: try reader.read())
    values.reorderingRate = Double(bitPattern: try reader.read())
    values.reorderingDelay = try reader.read()
    values.delay = try reader.read()
    values.bandwidth = try reader.readOptional("presence of a bandwidth") {
      reader throws(StateError) in try reader.read(UInt64.self)
    }
    let checked = values
    do throws(LinkError) {
      try self.init { $0 = checked }
    } catch {
      throw .contradiction("impairments from octet \(start) on: \(error)", offset: reader.offset)
    }
  }
}

extension ImpairmentCounters {
  /// The counters; their places in a state stay the same for ever.
  fileprivate static var all: [WritableKeyPath<ImpairmentCounters, Int>] {
    [
      \.sent, \.lost, \.duplicated, \.corrupted, \.heldBack, \.delivered, \.answersDropped,
    ]
  }
}
