internal import WireFormats

extension OffloadNegotiation {
  /// Reads what the negotiation was.
  ///
  /// Hardware may be declared anew while the adapter is not started. What was active before is
  /// without meaning then.
  internal mutating func restore(
    _ reader: inout StateReader, isStarted: Bool
  ) throws(StateError) {
    keywords = try reader.readKeywords()
    requested = try reader.readParameters()
    if is21H2 { return try restoreRelease21H2(&reader) }
    activate()
    let (hardwareLimit, offered) = (hardware.hardwareOffloads, hardware.offered)
    var saved = (driver: hardwareLimit, stack: offered)
    try reader.readFlags(into: &saved.driver)
    try reader.readFlags(into: &saved.stack)
    guard isStarted else { return }
    guard saved.driver.isPart(of: hardwareLimit), saved.stack.isPart(of: offered) else {
      throw .contradiction("active offloads that the hardware does not have", offset: reader.offset)
    }
    (driver, stack) = saved
  }

  private mutating func restoreRelease21H2(
    _ reader: inout StateReader
  ) throws(StateError) {
    framework.start(hardware, try reader.readKeywords(), quirks)
    var active = framework.active
    try reader.readFlags(into: &active)
    framework.activate(active)
    stack = active
    // The driver knows what the stack knows after a start and a resume, and less after a request.
    let isAfterStart = try reader.readBool("whether the driver was told what the stack was")
    driver = isAfterStart ? stack : framework.driver(hardware)
  }
}

extension ActiveOffloads {
  /// Whether another configuration has every flag of this one.
  fileprivate func isPart(of other: ActiveOffloads) -> Bool {
    zip(layers, other.layers).allSatisfy {
      $0.layer3.isSubset(of: $1.layer3) && $0.layer4.isSubset(of: $1.layer4)
    }
      && (!rxChecksum.ipv4 || other.rxChecksum.ipv4)
      && (!rxChecksum.tcp || other.rxChecksum.tcp)
      && (!rxChecksum.udp || other.rxChecksum.udp)
      && (!rsc.tcpTimestampOption || other.rsc.tcpTimestampOption)
  }
}
