internal import WireFormats

extension OffloadNegotiation {
  /// Reads what the negotiation was, and derives the active offloads from it.
  internal mutating func restore(_ reader: inout StateReader) throws(StateError) {
    keywords = try reader.readKeywords()
    requested = try reader.readParameters()
    guard is21H2 else { return activate() }
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
