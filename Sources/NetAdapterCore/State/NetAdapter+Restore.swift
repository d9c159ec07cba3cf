package import WireFormats

/// What a state has none of, because it is code: it is given anew.
package struct AdapterCode {
  package var capabilities: DeclaredCapabilities
  package var datapathCallbacks: DatapathCallbacks?
  package var context: (any AnyObject & Sendable)?

  package init(
    capabilities: DeclaredCapabilities, datapathCallbacks: DatapathCallbacks?,
    context: (any AnyObject & Sendable)?
  ) {
    (self.capabilities, self.datapathCallbacks) = (capabilities, datapathCallbacks)
    self.context = context
  }
}

extension NetAdapter {
  /// Restores an adapter from the section that ``save(to:)`` wrote.
  ///
  /// The driver has forgotten what it was told, so a started adapter calls each set callback once.
  ///
  /// - Throws: ``RestoreError``; no callback has run then.
  package static func restored(
    from reader: inout StateReader, _ code: AdapterCode
  ) throws(RestoreError) -> NetAdapter {
    let saved = try SavedAdapter(&reader, code)
    let adapter = NetAdapter(
      permanentLinkLayerAddress: saved.permanentAddress, validation: saved.validation,
      quirks: saved.record.negotiation.quirks)
    adapter.change { $0 = saved.record }
    return adapter
  }

  /// Calls the set callbacks of an adapter that was restored, as a start or a pause does.
  package func tellAfterRestore() {
    record.withLock { record in
      guard record.isStarted else { return }
      if record.isQuiet {
        record.announceNothing(to: record.callbacks)
      } else {
        record.announce()
      }
    }
    deliver()
  }
}

/// The values of an adapter in a state, checked.
private struct SavedAdapter {
  let permanentAddress: MACAddress
  let validation: CapabilityValidation
  private(set) var record: AdapterRecord

  init(_ reader: inout StateReader, _ code: AdapterCode) throws(RestoreError) {
    let head = try RestoreError.reading { () throws(StateError) in
      _ = try reader.beginSection(.adapter, version: adapterStateVersion)
      return (
        permanent: try reader.readAddress("permanent address"),
        current: try reader.readAddress("current address"),
        validation: try reader.read("validation", of: CapabilityValidation.allCases),
        quirks: Quirks(rawValue: try reader.read("quirks", in: UInt8(0)...3))
      )
    }
    (permanentAddress, validation) = (head.permanent, head.validation)
    try code.capabilities.compare(with: &reader)
    try RestoreError.checking { () throws(AdapterViolation) in
      try code.capabilities.validate(head.validation)
      try code.datapathCallbacks?.validate()
    }
    record = AdapterRecord(
      negotiation: OffloadNegotiation(hardware: code.capabilities, quirks: head.quirks),
      keywords: KeywordStore(), currentLinkLayerAddress: head.current)
    let hasCallbacks = try RestoreError.reading { () throws(StateError) in
      try reader.readBool("presence of datapath callbacks")
    }
    guard hasCallbacks == (code.datapathCallbacks != nil) else {
      throw .differs(
        "datapathCallbacks", saved: hasCallbacks ? "set" : "not set",
        given: hasCallbacks ? "nil" : "given")
    }
    (record.datapath.callbacks, record.context) = (code.datapathCallbacks, code.context)
    try RestoreError.reading { () throws(StateError) in try read(&reader) }
    try RestoreError.checking { () throws(AdapterViolation) in
      try record.transmit?.validate()
      try record.receive?.validate()
    }
  }

  private mutating func read(_ reader: inout StateReader) throws(StateError) {
    let states = NetAdapter.State.allCases
    let number = try reader.read("state of the adapter", in: 0...states.count - 1)
    record.state = states.first { $0.number == number } ?? .initialized
    record.isQuiet = try reader.readBool("whether the driver was told of a pause")
    let isPossible =
      switch record.state {
      case .initialized, .started: !record.isQuiet
      case .paused: record.isQuiet || record.negotiation.is21H2
      // A stop leaves it as it was.
      case .stopped: true
      }
    guard isPossible else {
      throw .contradiction(
        "the adapter is \(record.state.rawValue), and its driver was "
          + (record.isQuiet ? "" : "not ") + "told of a pause", offset: reader.offset)
    }
    record.keywords = try reader.readKeywords()
    try record.negotiation.restore(&reader, isStarted: record.isStarted)
    record.mtu = try reader.readOptional("presence of the MTU") { reader throws(StateError) in
      try reader.read("MTU", in: 1...Int.max)
    }
    record.linkState = try reader.readLinkState()
    record.linkLayer = try reader.readOptional("presence of link-layer capabilities") {
      reader throws(StateError) in try reader.readLinkLayer()
    }
    record.transmit = try reader.readOptional("presence of transmit capabilities") {
      reader throws(StateError) in try reader.readTransmit()
    }
    record.receive = try reader.readOptional("presence of receive capabilities") {
      reader throws(StateError) in try reader.readReceive()
    }
    if record.isStarted {
      guard record.mtu != nil, record.linkLayer != nil, record.transmit != nil,
        record.receive != nil
      else {
        throw .contradiction("a started adapter without declarations", offset: reader.offset)
      }
      record.registeredExtensions = record.negotiation.packetExtensions
    }
    record.keywordIssues = record.negotiation.keywords.issues
  }
}
