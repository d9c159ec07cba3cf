internal import WireFormats

// Capabilities have callbacks, so a state has only their numbers, to compare them with those that
// are given anew.
extension DeclaredCapabilities {
  /// Every number of the capabilities, by its name; those of missing capabilities are 0.
  ///
  /// A state has them in this order.
  private var numbers: [(name: String, value: Int64)] {
    [
      ("gso", gso == nil ? 0 : 1),
      ("gso.layer3", Int64(gso?.layer3.rawValue ?? 0)),
      ("gso.layer4", Int64(gso?.layer4.rawValue ?? 0)),
      ("gso.layer4HeaderOffsetLimit", Int64(gso?.layer4HeaderOffsetLimit ?? 0)),
      ("gso.maximumOffloadSize", Int64(gso?.maximumOffloadSize ?? 0)),
      ("gso.minimumSegmentCount", Int64(gso?.minimumSegmentCount ?? 0)),
      ("txChecksum", txChecksum == nil ? 0 : 1),
      ("txChecksum.layer3", Int64(txChecksum?.layer3.rawValue ?? 0)),
      ("txChecksum.layer4", Int64(txChecksum?.layer4.rawValue ?? 0)),
      ("txChecksum.layer3HeaderOffsetLimit", Int64(txChecksum?.layer3HeaderOffsetLimit ?? 0)),
      ("txChecksum.layer4HeaderOffsetLimit", Int64(txChecksum?.layer4HeaderOffsetLimit ?? 0)),
      ("rxChecksum", rxChecksum == nil ? 0 : 1),
      ("rsc", rsc == nil ? 0 : 1),
      ("rsc.layer3", Int64(rsc?.layer3.rawValue ?? 0)),
      ("rsc.layer4", Int64(rsc?.layer4.rawValue ?? 0)),
      ("rsc.tcpTimestampOption", rsc?.tcpTimestampOption == true ? 1 : 0),
      ("ieee8021Q", ieee8021Q == nil ? 0 : 1),
      ("ieee8021Q.flags", Int64(ieee8021Q?.flags.rawValue ?? 0)),
    ]
  }

  /// The place of a number among all, from 1; 0 for other names.
  internal static func number(of name: String) -> Int {
    let place = DeclaredCapabilities().numbers.firstIndex { $0.name == name }
    return place.map { $0 + 1 } ?? 0
  }

  /// Writes all numbers.
  internal func write(to writer: inout StateWriter) {
    for (_, value) in numbers { writer.write(value) }
  }

  /// Reads as many numbers, and throws for the first that is not that of these capabilities.
  internal func compare(with reader: inout StateReader) throws(RestoreError) {
    for (name, given) in numbers {
      let saved = try RestoreError.reading { () throws(StateError) in
        try reader.read(Int64.self)
      }
      guard saved != given else { continue }
      throw .differs(
        name, saved: Self.text(saved, of: name), given: Self.text(given, of: name))
    }
  }

  /// Checks the capabilities by the rules of an adapter, as its declarations do.
  internal func validate(_ validation: CapabilityValidation) throws(AdapterViolation) {
    try gso?.validate(validation)
    try txChecksum?.validate(validation)
    try rxChecksum?.validate(validation)
    try rsc?.validate(validation)
    try ieee8021Q?.validate()
  }

  private static func text(_ value: Int64, of name: String) -> String {
    if name.hasSuffix("layer3") {
      return Layer3Flags(rawValue: UInt32(truncatingIfNeeded: value)).description
    }
    if name.hasSuffix("layer4") {
      return Layer4Flags(rawValue: UInt32(truncatingIfNeeded: value)).description
    }
    if name.hasSuffix("tcpTimestampOption") { return value == 0 ? "false" : "true" }
    if !name.contains(".") { return value == 0 ? "not declared" : "declared" }
    return "\(value)"
  }
}
