internal import WireFormats

extension FragmentationPlan {
  /// Writes some fragments as complete frames, back to back.
  ///
  /// A completed checksum is that of the whole datagram and lies in the fragment that has the
  /// field, so the payload is read once to sum it and once to copy it. Nothing is written on an
  /// error.
  ///
  /// - Parameters:
  ///   - frame: The frame that was planned.
  ///   - segments: Which fragments of the plan; nil for all.
  ///   - output: Where to write.
  /// - Returns: The number of octets written.
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one;
  ///   ``SegmentationError/outputTooSmall(needed:available:)``.
  /// - Complexity: O(*n*) in the length of the frame. Does not allocate.
  @discardableResult
  public func render(
    _ frame: RawSpan, segments: Range<Int>? = nil, into output: inout MutableRawSpan
  ) throws(SegmentationError) -> Int {
    guard frame.byteCount == layout.frameLength else {
      throw .frameLengthChanged(planned: layout.frameLength, given: frame.byteCount)
    }
    let segments = try existing(segments)
    guard !segments.isEmpty else { return 0 }
    let start = outputRange(of: segments.lowerBound).lowerBound
    let needed = outputRange(of: segments.upperBound - 1).upperBound - start
    guard output.byteCount >= needed else {
      throw .outputTooSmall(needed: needed, available: output.byteCount)
    }
    let completion = completion(of: frame)
    for index in segments {
      let range = outputRange(of: index)
      var fragment = output.part((range.lowerBound - start)..<(range.upperBound - start))
      writeHeader(index, of: frame, to: &fragment)
      let payload = payloadRange(of: index)
      let front = headerLength(of: index)
      fragment.copy(frame.extracting(payload), at: front)
      completion?.inner?.write(to: &fragment, carrying: payload, at: front)
      completion?.outer?.write(to: &fragment, carrying: payload, at: front)
    }
    return needed
  }

  /// The checksums and lengths of the datagram that are completed; nil if all are copied.
  ///
  /// Its values for the outermost IP header are not used, because every fragment has its own.
  private func completion(of frame: RawSpan) -> FieldCompletion? {
    var computed = SegmentationRules.linux
    computed.zeroUDPChecksum = rules.zeroUDPChecksum
    let fields: ChecksumPlan.Fields
    switch rules.checksum {
    case .copy: return nil
    case .compute where layout.tunnel == nil: fields = .transport
    case .compute, .completePartial: fields = .partial
    }
    return FieldCompletion(
      of: frame, headers: frame, layout: layout, fields: fields, rules: computed)
  }

  @_lifetime(output: copy output)
  private func writeHeader(_ index: Int, of frame: RawSpan, to output: inout MutableRawSpan) {
    switch network.version {
    case .ipv4: writeIPv4Header(index, of: frame, to: &output)
    case .ipv6: writeIPv6Header(index, of: frame, to: &output)
    }
    if let start = layout.pppoeOffset {
      let end = headerLength(of: index) + payloadRange(of: index).count
      output.setNetworkOrder(
        UInt16(truncatingIfNeeded: end - start - PPPoEHeader.Field.pppProtocol),
        at: start + PPPoEHeader.Field.length)
    }
  }

  @_lifetime(output: copy output)
  private func writeIPv4Header(_ index: Int, of frame: RawSpan, to output: inout MutableRawSpan) {
    let (at, end) = (network.offset, headerLength(of: index))
    if index == 0 || rules.options == .all {
      output.copy(frame.extracting(first: end), at: 0)
    } else {
      output.copy(frame.extracting(first: at + IPv4Header.minimumByteCount), at: 0)
      var position = at + IPv4Header.minimumByteCount
      var options = IPv4OptionWalk(frame, network)
      // The frame may have changed since it was planned, but not the length of this header.
      while let range = options.nextCopied(frame), range.count <= end - position {
        output.copy(frame.extracting(range), at: position)
        position += range.count
      }
      // End-of-list options pad the header to a multiple of four octets.
      while position < end {
        output.setMemoryOrder(UInt8(0), at: position)
        position += 1
      }
      output.setMemoryOrder(UInt8(0x40 | (end - at) / 4), at: at)
    }
    output.setNetworkOrder(
      UInt16(truncatingIfNeeded: end - at + payloadRange(of: index).count),
      at: at + IPv4Header.Field.totalLength)
    if count > 1 {
      let offset = UInt16(truncatingIfNeeded: fragmentOffset(of: index) / 8)
      output.setNetworkOrder(
        offset | (hasMoreFragments(after: index) ? 0x2000 : 0),
        at: at + IPv4Header.Field.fragment)
    }
    let checksum = at + IPv4Header.Field.headerChecksum
    output.setMemoryOrder(UInt16(0), at: checksum)
    output.setMemoryOrder(
      ~WordSum.fold(WordSum.sum(output.bytes.extracting(at..<end))), at: checksum)
  }

  @_lifetime(output: copy output)
  private func writeIPv6Header(_ index: Int, of frame: RawSpan, to output: inout MutableRawSpan) {
    let (at, end) = (network.offset, headerLength(of: index))
    let front = fragmentableRange.lowerBound
    output.copy(frame.extracting(first: front), at: 0)
    let length = end - at - IPv6Header.byteCount + payloadRange(of: index).count
    output.setNetworkOrder(
      UInt16(truncatingIfNeeded: length), at: at + IPv6Header.Field.payloadLength)
    guard count > 1 else { return }
    // The fragment header precedes the first fragmentable header in the chain.
    let next = network.perFragmentNextHeaderOffset
    output.setMemoryOrder(frame.octet(at: next), at: front)
    output.setMemoryOrder(IPProtocol.fragmentHeader.rawValue, at: next)
    output.setMemoryOrder(UInt8(0), at: front + 1)
    let more: UInt16 = index == count - 1 ? 0 : 1
    output.setNetworkOrder(UInt16(truncatingIfNeeded: index * fragmentSize) | more, at: front + 2)
    output.setNetworkOrder(identification, at: front + 4)
  }
}
