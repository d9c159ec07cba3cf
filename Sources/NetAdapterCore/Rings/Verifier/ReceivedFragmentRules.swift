extension NetFragment {
  /// Holds a received fragment against the rules that need no copy from before: 77 and 78.
  internal func check(
    _ index: Int, isFirst: Bool, bufferCapacity: Int
  ) throws(AdapterViolation) {
    guard isFirst || offset == 0 else {
      throw AdapterViolation(
        .invalidRingRxPacketFragmentOffsetInvalid, index, offset,
        reason: "fragment \(index) is not the first of its packet and starts at offset \(offset)")
    }
    // The documentation wants the sum below the capacity; the framework lets it be equal.
    let limit = min(capacity, bufferCapacity)
    guard offset + validLength <= limit else {
      throw AdapterViolation(
        .invalidRingRxPacketFragmentLengthInvalid, index, offset + validLength,
        reason: "fragment \(index) ends at octet \(offset + validLength) of a buffer of \(limit)")
    }
  }
}

extension AdapterViolation {
  /// A packet was returned without fragments, 60.
  internal static func fragmentCountZero(_ index: Int) -> AdapterViolation {
    AdapterViolation(
      .invalidRingRxPacketFragmentCountZero, index,
      reason: "packet \(index) was returned with no fragments; ignore it if it has none")
  }

  /// A packet names fragments that it cannot have.
  internal static func fragments(
    _ code: FailureCode, _ index: Int, _ first: Int, _ count: Int
  ) -> AdapterViolation {
    let rule =
      switch code {
      case .invalidRingRxPacketFragmentIndexOutOfPreRange,
        .invalidRingRxPacketFragmentCountOutOfPreRange,
        .invalidRingRxPacketFragmentCountOutOfRange:
        "which the driver did not all have"
      case .invalidRingRxPacketFragmentIndexOverlap, .invalidRingRxPacketFragmentCountOverlap:
        "which do not lie behind those of the packet in front of it"
      default: "which the driver did not all return with it"
      }
    return AdapterViolation(
      code, index, first,
      reason: "packet \(index) has \(count) fragments from \(first) on, \(rule)")
  }
}
