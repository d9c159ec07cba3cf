internal import WireFormats

extension StateWriter {
  internal mutating func write(_ state: LinkState) {
    write(state.media, of: LinkCases.media)
    write(state.duplex, of: LinkCases.duplex)
    write(state.pauseFunctions, of: LinkCases.pauseFunctions)
    write(state.autoNegotiation.rawValue)
    write(state.txLinkSpeed)
    write(state.rxLinkSpeed)
  }

  internal mutating func write(_ capabilities: LinkLayerCapabilities) {
    write(capabilities.maximumTxLinkSpeed)
    write(capabilities.maximumRxLinkSpeed)
  }

  internal mutating func write(_ capabilities: TransmitCapabilities) {
    write(capabilities.payloadBackfill)
    write(capabilities.maximumNumberOfFragments)
    write(capabilities.fragmentBufferAlignment)
    write(capabilities.fragmentRingNumberOfElementsHint)
    write(capabilities.maximumNumberOfQueues)
  }

  internal mutating func write(_ capabilities: ReceiveCapabilities) {
    write(UInt8(capabilities.allocationMode.rawValue))
    write(UInt8(capabilities.attachmentMode.rawValue))
    write(capabilities.maximumFrameSize)
    write(capabilities.fragmentBufferAlignment)
    write(capabilities.fragmentRingNumberOfElementsHint)
    write(capabilities.maximumNumberOfQueues)
  }
}

extension StateReader {
  internal mutating func readLinkState() throws(StateError) -> LinkState {
    var state = LinkState()
    state.media = try read("media", of: LinkCases.media)
    state.duplex = try read("duplex", of: LinkCases.duplex)
    state.pauseFunctions = try read("pauseFunctions", of: LinkCases.pauseFunctions)
    state.autoNegotiation = LinkState.AutoNegotiation(
      rawValue: try read("autoNegotiation", in: 0...LinkState.AutoNegotiation.all.rawValue))
    state.txLinkSpeed = try read()
    state.rxLinkSpeed = try read()
    return state
  }

  internal mutating func readLinkLayer() throws(StateError) -> LinkLayerCapabilities {
    LinkLayerCapabilities(maximumTxLinkSpeed: try read(), maximumRxLinkSpeed: try read())
  }

  /// Reads numbers that have yet to be validated.
  internal mutating func readTransmit() throws(StateError) -> TransmitCapabilities {
    var capabilities = TransmitCapabilities()
    let all = Int.min...Int.max
    capabilities.payloadBackfill = try read("payloadBackfill", in: all)
    capabilities.maximumNumberOfFragments = try read("maximumNumberOfFragments", in: all)
    capabilities.fragmentBufferAlignment = try read("fragmentBufferAlignment", in: all)
    capabilities.fragmentRingNumberOfElementsHint = try read("ring hint", in: all)
    capabilities.maximumNumberOfQueues = try read("maximumNumberOfQueues", in: all)
    return capabilities
  }

  /// Reads numbers that have yet to be validated.
  internal mutating func readReceive() throws(StateError) -> ReceiveCapabilities {
    let providers: [ReceiveCapabilities.Provider] = [.system, .driver]
    let all = Int.min...Int.max
    let modes = (
      try read("allocationMode", of: providers), try read("attachmentMode", of: providers)
    )
    var capabilities = ReceiveCapabilities(
      maximumFrameSize: try read("maximumFrameSize", in: all))
    (capabilities.allocationMode, capabilities.attachmentMode) = modes
    capabilities.fragmentBufferAlignment = try read("fragmentBufferAlignment", in: all)
    capabilities.fragmentRingNumberOfElementsHint = try read("ring hint", in: all)
    capabilities.maximumNumberOfQueues = try read("maximumNumberOfQueues", in: all)
    return capabilities
  }
}

/// Cases by their places, which stay the same for ever.
private enum LinkCases {
  static let media: [LinkState.Media] = [.unknown, .connected, .disconnected]
  static let duplex: [LinkState.Duplex] = [.unknown, .half, .full]
  static let pauseFunctions: [LinkState.PauseFunctions] = [
    .unknown, .unsupported, .sendOnly, .receiveOnly, .sendAndReceive,
  ]
}
