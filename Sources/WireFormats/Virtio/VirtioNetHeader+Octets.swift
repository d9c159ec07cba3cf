extension VirtioNetHeader {
  // Offsets in the 24 octets of the long form:
  //   0 flags, 1 gso_type, 2 hdr_len, 4 gso_size, 6 csum_start, 8 csum_offset, 10 num_buffers,
  //   12 hash_value, 16 hash_report, 18 padding, 20 outer_th_offset, 22 inner_nh_offset

  /// Reads a header from the front of `octets`.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if there are too few octets.
  /// - Complexity: O(1). Does not allocate.
  public init(parsing octets: RawSpan, form: Form = .modern) throws(WireError) {
    let header = try octets.header(.virtioNet, at: 0, byteCount: form.byteCount)
    flags = Flags(rawValue: header.octet(at: 0))
    gsoType = GsoType(rawValue: header.octet(at: 1))
    headerLength = header.littleEndian(at: 2)
    gsoSize = header.littleEndian(at: 4)
    checksumStart = header.littleEndian(at: 6)
    checksumOffset = header.littleEndian(at: 8)
    if form != .legacy { bufferCount = header.littleEndian(at: 10) }
    if form == .udpTunnel {
      outerTransportOffset = header.littleEndian(at: 20)
      innerNetworkOffset = header.littleEndian(at: 22)
    }
  }

  /// Writes the header to the front of `octets`; the hash fields of the long forms become 0.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if there is no room.
  /// - Complexity: O(1). Does not allocate.
  public func write(to octets: inout MutableRawSpan, form: Form = .modern) throws(WireError) {
    guard octets.byteCount >= form.byteCount else {
      throw .truncated(
        .virtioNet, offset: 0, needed: form.byteCount, available: octets.byteCount)
    }
    octets.setLittleEndian(flags.rawValue, at: 0)
    octets.setLittleEndian(gsoType.rawValue, at: 1)
    octets.setLittleEndian(headerLength, at: 2)
    octets.setLittleEndian(gsoSize, at: 4)
    octets.setLittleEndian(checksumStart, at: 6)
    octets.setLittleEndian(checksumOffset, at: 8)
    if form != .legacy { octets.setLittleEndian(bufferCount, at: 10) }
    if form == .hashReport || form == .udpTunnel {
      octets.setLittleEndian(UInt64(0), at: 12)
    }
    if form == .udpTunnel {
      octets.setLittleEndian(outerTransportOffset, at: 20)
      octets.setLittleEndian(innerNetworkOffset, at: 22)
    }
  }
}

// The same with arrays.
extension VirtioNetHeader {
  /// Reads a header from the front of an array.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if there are too few octets.
  public init(parsing octets: [UInt8], form: Form = .modern) throws(WireError) {
    try self.init(parsing: octets.octets, form: form)
  }

  /// The octets of the header on the wire.
  public func octets(form: Form = .modern) -> [UInt8] {
    var array = [UInt8](repeating: 0, count: form.byteCount)
    // The array has room for this form, so this cannot fail.
    array.withMutableOctets { _ = try? write(to: &$0, form: form) }
    return array
  }
}
