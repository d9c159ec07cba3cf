package import WireFormats

/// The version of the section of an adapter.
internal let adapterStateVersion: UInt16 = 1

extension NetAdapter {
  /// Writes everything of the adapter that is not code: addresses, keywords, requests, link,
  /// declared numbers, and the stage of its life cycle.
  ///
  /// - Throws: ``SaveError/callbacksUnderWay(changes:)``.
  package func save(to writer: inout StateWriter) throws(SaveError) {
    let record = record.withLock { $0 }
    guard !record.isDelivering, record.rounds.isEmpty else {
      throw .callbacksUnderWay(changes: max(1, record.rounds.count))
    }
    writer.beginSection(.adapter, version: adapterStateVersion)
    writer.write(permanentLinkLayerAddress)
    writer.write(record.currentLinkLayerAddress)
    writer.write(validation, of: CapabilityValidation.allCases)
    writer.write(record.negotiation.quirks.rawValue)
    record.negotiation.hardware.write(to: &writer)
    writer.write(record.datapath.callbacks != nil)
    writer.write(record.state.number)
    writer.write(record.isQuiet)
    writer.write(record.keywords)
    record.negotiation.write(to: &writer)
    writer.write(record.mtu) { $0.write($1) }
    writer.write(record.linkState)
    writer.write(record.linkLayer) { $0.write($1) }
    writer.write(record.transmit) { $0.write($1) }
    writer.write(record.receive) { $0.write($1) }
  }
}

extension OffloadNegotiation {
  /// Writes the keywords that were read last, the requests, what is active, and what the framework
  /// of 21H2 keeps.
  ///
  /// What is active does not follow from the keywords: a request that is refused reads them, too.
  fileprivate func write(to writer: inout StateWriter) {
    writer.write(keywords)
    writer.write(requested)
    guard is21H2 else {
      writer.writeFlags(driver)
      return writer.writeFlags(stack)
    }
    writer.write(framework.keywords)
    writer.writeFlags(framework.active)
    writer.write(driver == stack)
  }
}
