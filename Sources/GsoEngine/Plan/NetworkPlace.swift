internal import WireFormats

/// What rendering needs to know of an IP header: a small part of its layout, so that plans stay small.
///
/// Offsets and lengths are octets; offsets count from the first octet of the frame.
internal struct NetworkPlace: Hashable, Sendable {
  let version: NetworkLayout.Version
  /// Where the source address lies that counts in the pseudo header, in octets from `offset`.
  private let sourceDistance: UInt32
  let offset: Int
  /// Length with options, or with all extension headers that a segment repeats.
  let headerLength: Int
  /// Where the destination address lies that counts in the pseudo header.
  let finalDestinationOffset: Int

  @inline(__always)
  init(_ network: NetworkLayout) {
    (version, offset) = (network.version, network.offset)
    sourceDistance = UInt32(truncatingIfNeeded: network.pseudoHeaderSourceOffset - network.offset)
    headerLength = network.headerLength
    finalDestinationOffset = network.finalDestinationOffset
  }

  /// Where the transport header starts.
  var upperOffset: Int { offset + headerLength }

  /// The sum of addresses and protocol, in memory order; the length is left out.
  @inline(__always)
  func pseudoHeaderSum(of headers: RawSpan, protocol: IPProtocol) -> UInt64 {
    headers.pseudoHeaderSum(
      version, source: offset + Int(sourceDistance), destination: finalDestinationOffset,
      protocol: `protocol`)
  }
}
