internal import FrameRecipes

/// What the pseudo-header adds to the checksum of one TCP or UDP header of a frame.
struct PseudoSum {
  /// Whether the IP header is one of IPv4.
  let isIPv4: Bool
  private let source: [UInt8]
  private let destination: [UInt8]
  private let protocolNumber: UInt8

  /// Nil if there is no IP header before layer `index`.
  init?(_ frame: [UInt8], _ dissection: Dissection, _ index: Int) {
    let layer = dissection.layers[index]
    let headers = dissection.layers[layer.network..<index]
    guard let network = headers.first, network.kind.isNetwork else { return nil }
    isIPv4 = network.kind == .ipv4
    let size = isIPv4 ? 4 : 16
    let addresses = network.start + (isIPv4 ? 12 : 8)
    var first = Array(frame[addresses..<(addresses + size)])
    var last = Array(frame[(addresses + size)..<(addresses + 2 * size)])
    for header in headers where header.kind == .routing {
      let contents = Array(frame[(header.start + 2)..<header.end])
      last = finalDestination(routingHeader: contents) ?? last
    }
    for header in headers where header.kind == .destinationOptions {
      let contents = Array(frame[(header.start + 2)..<header.end])
      first = homeAddress(destinationOptions: contents) ?? first
    }
    (source, destination) = (first, last)
    protocolNumber = layer.kind == .tcp ? FrameRecipe.IPNumber.tcp : FrameRecipe.IPNumber.udp
  }

  /// The sum for a segment of `count` octets.
  func sum(_ count: Int) -> UInt64 {
    let octets = FrameRecipe.PseudoHeader.octets(
      source: source, destination: destination, protocolNumber: protocolNumber, length: count)
    return onesComplementSum(octets, 0..<octets.count)
  }

  /// Whether the checksum of the segment of `count` octets at `start` is right.
  func verifies(_ frame: [UInt8], _ start: Int, _ count: Int) -> Bool {
    foldedSum(sum(count) + onesComplementSum(frame, start..<(start + count))) == 0xFFFF
  }

  /// What a sender may leave in the field for its NIC to complete: the sum with the length of the
  /// segment (Linux, LSO version 1), or with a length of 0 (LSO version 2).
  func partial(_ count: Int) -> [UInt16] { [foldedSum(sum(count)), foldedSum(sum(0))] }
}

/// Whether the IPv4 header `header`, options included, sums up to all ones.
public func isIPv4HeaderChecksumRight(_ header: [UInt8]) -> Bool { referenceSum(header) == 0xFFFF }
