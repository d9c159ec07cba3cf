extension NetFragment {
  /// Checks a received fragment by the rules that need no copy of the rings, codes 77 and 78.
  ///
  /// Only the first fragment of a packet may have an offset. The index is for the error.
  internal func check(
    at index: Int, isFirst: Bool, bufferCapacity: Int
  ) throws(AdapterViolation) {
    guard isFirst || offset == 0 else {
      throw AdapterViolation(
        .invalidRingRxPacketFragmentOffsetInvalid, index, offset,
        reason: "fragment \(index) is not the first of its packet and starts at offset \(offset)")
    }
    // The documentation requires the sum to be below the capacity; the framework allows equality.
    let limit = min(capacity, bufferCapacity)
    guard offset + validLength <= limit else {
      throw AdapterViolation(
        .invalidRingRxPacketFragmentLengthInvalid, index, offset + validLength,
        reason: "fragment \(index) ends at octet \(offset + validLength) of a buffer of \(limit)")
    }
  }
}

extension AdapterViolation {
  /// A packet was returned without fragments, code 60.
  internal static func fragmentCountZero(packet index: Int) -> AdapterViolation {
    AdapterViolation(
      .invalidRingRxPacketFragmentCountZero, index,
      reason: "packet \(index) was returned with no fragments; ignore it if it has none")
  }

  /// A received packet has fragments that it cannot have.
  internal static func fragments(
    _ packet: NetPacket, at index: Int, _ code: FailureCode
  ) -> AdapterViolation {
    let (first, count) = (packet.fragmentIndex, packet.fragmentCount)
    let rule =
      switch code {
      case .invalidRingRxPacketFragmentIndexOutOfPreRange,
        .invalidRingRxPacketFragmentCountOutOfPreRange,
        .invalidRingRxPacketFragmentCountOutOfRange:
        "which the driver did not all own"
      case .invalidRingRxPacketFragmentIndexOverlap, .invalidRingRxPacketFragmentCountOverlap:
        "which do not lie after those of the packet before it"
      default: "which the driver did not all return with it"
      }
    return AdapterViolation(
      code, index, first,
      reason: "packet \(index) has \(count) fragments from \(first) on, \(rule)")
  }
}
