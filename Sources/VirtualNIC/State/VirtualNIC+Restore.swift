internal import GsoEngine
public import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// The most octets that rings and flows of a restored NIC or queue take, unless the caller says
  /// otherwise: 256 MiB.
  public static let restoreMemoryLimit = 268_435_456

  /// Restores a NIC, which goes on as the saved one would have.
  ///
  /// Capabilities, callbacks and links are code and given anew. A driver does not know any more
  /// what it was told, so a started NIC calls each set callback once, with the offloads that are
  /// active; a paused one with none. Set ``onReceive`` before the next frame arrives, and restore
  /// links and queues with states of their own.
  ///
  /// - Parameters:
  ///   - octets: What ``save()`` returned.
  ///   - capabilities: What the hardware declares, as it was declared before.
  ///   - datapathCallbacks: The callbacks that make queues, if the adapter had them.
  ///   - context: The object that the driver keeps with the adapter.
  ///   - link: The link that frames are sent to; defaults to an empty ``QueueLink``.
  ///   - pool: Memory for segments, which other NICs of this thread may use as well.
  ///   - memoryLimit: The most octets that flows to be coalesced may take.
  /// - Throws: `RestoreError.state(_:)` for octets that are no such state;
  ///   `RestoreError.differs(_:saved:given:)` with the name of the first number of `capabilities`
  ///   that is not the saved one; `RestoreError.violation(_:)` for capabilities that are invalid.
  /// - Complexity: O(*n*) in the octets.
  public convenience init(
    restoring octets: [UInt8], capabilities: DeclaredCapabilities = DeclaredCapabilities(),
    datapathCallbacks: DatapathCallbacks? = nil, context: (any AnyObject & Sendable)? = nil,
    link: any Link = QueueLink(), pool: ArenaPool? = nil,
    memoryLimit: Int = VirtualNIC.restoreMemoryLimit
  ) throws(RestoreError) {
    var reader = try RestoreError.reading { () throws(StateError) in
      try StateReader(octets, of: .nic, version: nicStateVersion)
    }
    let adapter = try NetAdapter.restored(
      from: &reader,
      AdapterCode(
        capabilities: capabilities, datapathCallbacks: datapathCallbacks, context: context))
    let saved = try RestoreError.reading { () throws(StateError) in
      let saved = try SavedNIC(&reader, memoryLimit: memoryLimit)
      try reader.finish()
      return saved
    }
    self.init(adapter: adapter, link: link, rules: saved.rules, pool: pool)
    (tunnels, receiveFilter) = (saved.tunnels, saved.filter)
    (receiveCoalescing, coalescing) = (saved.settings, saved.coalescer)
    path.counters.count { $0 = saved.sent }
    received.count { $0 = saved.received }
    liveCounters.setPast(saved.past)
    adapter.tellAfterRestore()
  }
}

/// The values of a NIC besides its adapter, checked.
private struct SavedNIC {
  let rules: SegmentationRules
  let tunnels: TunnelRecognition
  let filter: ReceiveFilter?
  let settings: ReceiveCoalescing
  let coalescer: ReceiveCoalescer?
  let sent: NICCounters
  let received: NICCounters
  let past: NICCounters

  init(_ reader: inout StateReader, memoryLimit: Int) throws(StateError) {
    rules = try reader.readRules()
    tunnels = try reader.readTunnels()
    filter = try reader.readOptional("presence of a receive filter") {
      reader throws(StateError) in
      var filter = ReceiveFilter(ReceiveFilter.Flags(rawValue: try reader.read()))
      let count = try reader.readCount("number of multicast addresses", ofAtLeast: 8)
      for _ in 0..<count {
        filter.multicastAddresses.insert(try reader.readAddress("multicast address"))
      }
      return filter
    }
    settings = try reader.readSettings(memoryLimit: memoryLimit)
    coalescer = try reader.readOptional("presence of a coalescer") {
      reader throws(StateError) in
      try ReceiveCoalescer.restored(&reader, memoryLimit: memoryLimit)
    }
    sent = try NICCounters.read(&reader)
    received = try NICCounters.read(&reader)
    past = try NICCounters.read(&reader)
  }
}
