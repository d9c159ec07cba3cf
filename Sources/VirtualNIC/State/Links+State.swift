public import NetAdapterCore
public import WireFormats

extension QueueLink {
  /// Saves the capacity, the counter and the frames.
  ///
  /// - Returns: The state, for ``init(restoring:)``.
  /// - Complexity: O(*n*) in the octets of the frames.
  public func save() -> [UInt8] {
    var writer = StateWriter(.queueLink, version: 1)
    writer.write(capacity) { $0.write($1) }
    writer.write(droppedCount)
    writer.write(each: frames) {
      $0.write($1.time.nanoseconds)
      $0.write($1.octets)
    }
    return writer.finish()
  }

  /// Restores a queue with its frames.
  ///
  /// - Parameter octets: What ``save()`` returned.
  /// - Throws: `StateError`.
  /// - Complexity: O(*n*) in the octets.
  public convenience init(restoring octets: [UInt8]) throws(StateError) {
    var reader = try StateReader(octets, of: .queueLink, version: 1)
    let capacity = try reader.readOptional("presence of a capacity") {
      reader throws(StateError) in try reader.read("capacity", in: 0...Int.max)
    }
    self.init(unchecked: capacity)
    droppedCount = try reader.readCounter("droppedCount")
    let count = try reader.readCount(
      "number of frames", ofAtLeast: 16, upTo: capacity ?? .max)
    for _ in 0..<count {
      let time = try reader.readTime()
      frames.append(ArrivedFrame(octets: try reader.readOctets("octets of a frame"), time: time))
    }
    try reader.finish()
  }
}

// Links that have a counter, and closures or other links, which are given anew.
extension CapturingLink {
  /// Saves the counter; the closure and the next link are not part of the state.
  ///
  /// - Returns: The state, for ``init(restoring:next:_:)``.
  /// - Throws: `SaveError.insideDelivery(call:)`.
  public func save() throws(SaveError) -> [UInt8] {
    guard depth == 0 else { throw .insideDelivery(call: "save()") }
    return StateWriter.counter(droppedCount, of: .capturingLink)
  }

  /// Restores a tap before `next`.
  ///
  /// - Parameters:
  ///   - octets: What ``save()`` returned.
  ///   - next: The link that gets each frame after `body`.
  ///   - body: Called with each frame and its time.
  /// - Throws: `StateError`.
  public convenience init(
    restoring octets: [UInt8], next: any Link, _ body: @escaping (RawSpan, VirtualTime) -> Void
  ) throws(StateError) {
    let count = try StateReader.counter(octets, of: .capturingLink)
    self.init(next: next, body)
    droppedCount = count
  }
}

extension ClosureLink {
  /// Saves the counter; the closure is not part of the state.
  ///
  /// - Returns: The state, for ``init(restoring:_:)``.
  /// - Throws: `SaveError.insideDelivery(call:)`.
  public func save() throws(SaveError) -> [UInt8] {
    guard depth == 0 else { throw .insideDelivery(call: "save()") }
    return StateWriter.counter(droppedCount, of: .closureLink)
  }

  /// Restores a link that ends in a closure.
  ///
  /// - Parameters:
  ///   - octets: What ``save()`` returned.
  ///   - body: Called with each frame and its time.
  /// - Throws: `StateError`.
  public convenience init(
    restoring octets: [UInt8], _ body: @escaping (RawSpan, VirtualTime) -> Void
  ) throws(StateError) {
    let count = try StateReader.counter(octets, of: .closureLink)
    self.init(body)
    droppedCount = count
  }
}

extension LoopbackLink {
  /// Saves the counter; the NIC is not part of the state.
  ///
  /// - Returns: The state, for ``init(restoring:of:)``.
  public func save() -> [UInt8] { StateWriter.counter(droppedCount, of: .loopbackLink) }

  /// Restores a loopback plug for `nic`.
  ///
  /// - Parameters:
  ///   - octets: What ``save()`` returned.
  ///   - nic: The NIC that sends and receives.
  /// - Throws: `StateError`.
  public convenience init(restoring octets: [UInt8], of nic: VirtualNIC) throws(StateError) {
    let count = try StateReader.counter(octets, of: .loopbackLink)
    self.init(of: nic)
    droppedCount = count
  }
}

extension StateWriter {
  /// Returns a state that is a counter.
  fileprivate static func counter(_ count: Int, of kind: StateKind) -> [UInt8] {
    var writer = StateWriter(kind, version: 1)
    writer.write(count)
    return writer.finish()
  }
}

extension StateReader {
  /// Reads a state that is a counter.
  fileprivate static func counter(
    _ octets: [UInt8], of kind: StateKind
  ) throws(StateError) -> Int {
    var reader = try StateReader(octets, of: kind, version: 1)
    let count = try reader.readCounter("droppedCount")
    try reader.finish()
    return count
  }
}
