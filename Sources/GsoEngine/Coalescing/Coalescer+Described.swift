public import WireFormats

extension Coalescer {
  /// Takes a received frame with its virtio-net header.
  ///
  /// A frame that is a super-frame already is delivered as it is, after the units of its flow. A
  /// transport checksum that the header calls partial is not checked. `DATA_VALID` is not trusted.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its link header.
  ///   - header: What its sender says about it.
  ///   - time: When it arrives, in nanoseconds.
  ///   - deliver: Gets each unit that ends, in order.
  /// - Returns: What was done with the frame.
  @discardableResult
  public mutating func receive(
    _ frame: RawSpan, describedBy header: VirtioNetHeader, at time: UInt64 = 0,
    _ deliver: (CoalescedUnit) -> Void
  ) -> CoalescingDecision {
    let recognition = request.rules.tunnels == .opaque ? .none : request.recognition
    let layout = try? PacketLayout(parsing: frame, link: request.link, tunnels: recognition)
    guard header.gsoType == .none else {
      advance(to: time, deliver)
      let number = frameCount
      frameCount &+= 1
      let refusal = CoalescingRefusal.superFrame(segmentSize: Int(header.gsoSize))
      if let layout, let parsed = ParsedFrame(frame, layout) {
        endUnits(ofFlow: parsed, frame, .nextFrame(refusal), deliver)
      }
      single[0] = number
      var metadata = CoalescedUnit.Metadata(end: .notCoalesced(refusal))
      (metadata.firstArrival, metadata.lastArrival) = (now, now)
      metadata.segmentSize = Int(header.gsoSize)
      metadata.virtioNetHeader = header
      if header.flags.contains(.needsChecksum) { metadata.checksum = .partial }
      deliver(CoalescedUnit(frame: frame, inputs: single.span, metadata: metadata))
      return .delivered(refusal)
    }
    let transport = layout?.transport
    let isPartial =
      header.flags.contains(.needsChecksum) && Int(header.checksumStart) == transport?.offset
      && Int(header.checksumOffset) == transport?.kind.checksumOffset
    return receive(frame, at: time, hasPartialChecksum: isPartial, deliver)
  }
}
