internal import WireFormats

/// What the headers of all segments of a frame have in common.
///
/// It has the sums of all fields that do not change, so that the checksums of a segment take a few
/// additions, and octets that were written are not read again. The checksum field of the frame is
/// not used unless it is copied.
internal struct HeaderTemplate {
  /// Length of all headers before the payload, in octets.
  let headerLength: Int
  private let network: NetworkTemplate
  private let transport: TransportTemplate
  private let tunnel: TunnelTemplate?
  /// Where the length of a PPPoE header lies; 0 without one.
  private let pppoeLengthOffset: Int
  /// True if completing the headers needs the sum of the payload.
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
    pppoeLengthOffset = plan.pppoeOffset.map { $0 + PPPoEHeader.Field.length } ?? 0
    var end = max(network.end, transport.end, pppoeLengthOffset + 2)
    if let layout = plan.tunnel {
      let tunnel = TunnelTemplate(headers, layout, plan)
      end = max(end, tunnel.end)
      self.tunnel = tunnel
      // Around a copied inner checksum the sum of the payload is not known from the headers.
      needsPayloadSum = transport.needsPayloadSum || transport.field == .copied
    } else {
      tunnel = nil
      needsPayloadSum = transport.needsPayloadSum
    }
    // All unchecked stores rely on this: every field lies in the headers.
    precondition(end <= headerLength && headerLength >= 16, "a field lies outside of the headers")
  }

  /// Completes the headers of segment `index`, of which `header` has a copy from the frame.
  ///
  /// - Precondition: `header` has room for them.
  @_lifetime(header: copy header)
  func complete(
    _ index: Int, payloadLength: Int, payloadSum: UInt64, in header: inout MutableRawSpan
  ) {
    precondition(header.byteCount >= headerLength, "no room for the headers")
    // SAFETY: the length was compared, and the pointer is used only inside the closure.
    unsafe header.withUnsafeMutableBytes { octets in
      guard let base = octets.baseAddress else { return }
      let header = unsafe UncheckedHeader(base)
      complete(index, payloadLength: payloadLength, payloadSum: payloadSum, in: header)
    }
  }

  /// Completes the headers of segment `index`, of which `header` has a copy from the frame.
  @inline(__always)
  func complete(_ index: Int, payloadLength: Int, payloadSum: UInt64, in header: UncheckedHeader) {
    let transportSum = transport.write(
      index, payloadLength: payloadLength, payloadSum: payloadSum, to: header)
    let upperLength = transport.headerLength &+ payloadLength
    let networkSum = network.write(index, upperLength: upperLength, to: header)
    if let tunnel {
      tunnel.write(
        index, payloadLength: payloadLength, innerSum: networkSum &+ transportSum, to: header)
    }
    if pppoeLengthOffset != 0 {
      let length = headerLength &- pppoeLengthOffset &- 2 &+ payloadLength
      header.set(UInt16(truncatingIfNeeded: length).bigEndian, at: pppoeLengthOffset)
    }
  }

  /// The segments whose headers can be made from those of the segment before the range; the last
  /// segment is never one of them.
  @inline(__always)
  var uniformSegments: Range<Int> {
    // If the inner sum depends on the index, so does the outer checksum; no segment is uniform.
    let isUniform =
      tunnel == nil || (transport.field != .copied && network.hasUniformSum)
    let first = transport.firstUniformIndex + 1
    return first..<(isUniform ? max(first, transport.lastIndex) : first)
  }

  /// The fields that change in segments from `index` on, which are among ``uniformSegments``.
  @inline(__always)
  func run(from index: Int, payloadLength: Int) -> HeaderRun {
    HeaderRun(
      network.run(from: index, upperLength: transport.headerLength &+ payloadLength),
      outer: tunnel?.run(from: index, payloadLength: payloadLength),
      transport.run(from: index, payloadLength: payloadLength))
  }
}
