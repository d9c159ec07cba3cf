internal import WireFormats

/// Everything about a frame's headers that is the same for all segments, gathered once.
///
/// The sums are those of the fields that do not change, so a segment's checksums take a few
/// additions and nothing that was written is read again. Nothing is ever subtracted: the seed in the
/// frame's own checksum field plays no part.
internal struct HeaderTemplate {
  /// Octets before the payload.
  let headerLength: Int
  private let network: NetworkTemplate
  private let transport: TransportTemplate
  private let tunnel: TunnelTemplate?
  /// True if finishing the headers needs the sum of the payload.
  let needsPayloadSum: Bool

  /// Gathers what the headers of a frame have in common.
  ///
  /// - Parameters:
  ///   - headers: The front of the frame, at least its headers.
  ///   - plan: How the frame is segmented.
  @inline(__always)
  init(_ headers: RawSpan, _ plan: SegmentationPlan) {
    headerLength = plan.headerLength
    network = NetworkTemplate(headers, plan.network, plan, identification: plan.identification)
    transport = TransportTemplate(headers, plan)
    var end = max(network.end, transport.end)
    if let layout = plan.tunnel {
      let tunnel = TunnelTemplate(headers, layout, plan)
      end = max(end, tunnel.end)
      self.tunnel = tunnel
      // An inner checksum that is left alone tells nothing about the payload.
      needsPayloadSum = transport.needsPayloadSum || transport.field == .copied
    } else {
      tunnel = nil
      needsPayloadSum = transport.needsPayloadSum
    }
    // A plan has its fields in its headers. All stores rely on it, so it is looked at once.
    precondition(end <= headerLength && headerLength >= 16, "a field lies outside of the headers")
  }

  /// Turns the frame's headers, copied to the front of `header`, into those of segment `index`.
  ///
  /// - Precondition: `header` has room for them.
  @_lifetime(header: copy header)
  func finish(
    _ index: Int, payloadLength: Int, payloadSum: UInt64, in header: inout MutableRawSpan
  ) {
    precondition(header.byteCount >= headerLength, "no room for the headers")
    // SAFETY: the length was compared, and the pointer is used only inside the closure.
    unsafe header.withUnsafeMutableBytes { octets in
      guard let base = octets.baseAddress else { return }
      let header = unsafe UncheckedHeader(base)
      finish(index, payloadLength: payloadLength, payloadSum: payloadSum, in: header)
    }
  }

  /// Turns the frame's headers, copied to `header`, into those of segment `index`.
  @inline(__always)
  func finish(_ index: Int, payloadLength: Int, payloadSum: UInt64, in header: UncheckedHeader) {
    let transportSum = transport.write(
      index, payloadLength: payloadLength, payloadSum: payloadSum, to: header)
    let upperLength = transport.headerLength &+ payloadLength
    let networkSum = network.write(index, upperLength: upperLength, to: header)
    if let tunnel {
      tunnel.write(
        index, payloadLength: payloadLength, innerSum: networkSum &+ transportSum, to: header)
    }
  }

  /// The segments whose headers can be made from that of the segment before each; the last
  /// segment is never one of them.
  @inline(__always)
  var uniformSegments: Range<Int> {
    // Around a sum that changes with the index, the outer checksum of a tunnel does, too.
    let isUniform =
      tunnel == nil || (transport.field != .copied && network.hasUniformSum)
    let first = transport.firstUniformIndex + 1
    return first..<(isUniform ? max(first, transport.lastIndex) : first)
  }

  /// What is left to do for segments from `index` on, which are among ``uniformSegments``.
  @inline(__always)
  func run(from index: Int, payloadLength: Int) -> HeaderRun {
    HeaderRun(
      network.run(from: index, upperLength: transport.headerLength &+ payloadLength),
      outer: tunnel?.run(from: index, payloadLength: payloadLength),
      transport.run(from: index, payloadLength: payloadLength))
  }
}
