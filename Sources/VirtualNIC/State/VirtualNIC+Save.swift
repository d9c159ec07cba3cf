internal import GsoEngine
public import NetAdapterCore
internal import WireFormats

/// The version of the state of a NIC.
internal let nicStateVersion: UInt16 = 1

extension VirtualNIC {
  /// Saves everything of the NIC that is not code: its adapter with keywords and requests, rules,
  /// receive filter, counters, and the received frames that it coalesces.
  ///
  /// ```swift
  /// let octets = try nic.save()
  /// // in another process
  /// let restored = try VirtualNIC(restoring: octets, capabilities: capabilities, link: wire)
  /// ```
  ///
  /// Links and queues are saved by themselves, because several NICs can share them.
  ///
  /// - Returns: The state, for
  ///   ``init(restoring:capabilities:datapathCallbacks:context:link:pool:memoryLimit:)``.
  /// - Throws: `SaveError`: from inside of a delivery or of set callbacks, and while a driver of
  ///   the caller has packets of a queue that this NIC made.
  /// - Complexity: O(*n*) in the octets of the frames that are held, in the keywords and in the
  ///   multicast addresses.
  public func save() throws(SaveError) -> [UInt8] {
    guard receiveDepth == 0, !isCoalescing, pending.isEmpty, path.isAtRest else {
      throw .insideDelivery(call: "save()")
    }
    for queue in driverQueues { try queue.value?.checkDriverHasNothing() }
    var writer = StateWriter(.nic, version: nicStateVersion)
    try adapter.save(to: &writer)
    writer.write(rules)
    writer.write(tunnels)
    writer.write(receiveFilter) { writer, filter in
      writer.write(filter.flags.rawValue)
      writer.write(each: filter.multicastAddresses.map(\.rawValue).sorted()) { $0.write($1) }
    }
    writer.write(receiveCoalescing)
    writer.write(coalescing) { $1.save(to: &$0) }
    path.counters.value.write(to: &writer)
    received.value.write(to: &writer)
    liveCounters.past.write(to: &writer)
    return writer.finish()
  }
}

extension VirtualNIC {
  /// Notes a queue that a driver of the caller serves.
  internal func watchDriver(of queue: DatapathQueue) {
    driverQueues.removeAll { $0.value == nil }
    driverQueues.append(WeakQueue(value: queue))
  }
}

/// A queue that a driver of the caller serves, as long as it exists.
internal struct WeakQueue {
  weak var value: DatapathQueue?
}
