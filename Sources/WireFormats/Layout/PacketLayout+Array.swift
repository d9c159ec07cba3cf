extension PacketLayout {
  /// Reads the headers of a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from the first octet of its link header.
  ///   - link: What the frame starts with.
  ///   - tunnels: Which encapsulations to look into; defaults to all well-known ones.
  /// - Throws: ``WireError`` if the octets are not the headers that they claim to be.
  public init(
    parsing frame: [UInt8], link: LinkLayer = .ethernet, tunnels: TunnelRecognition = .wellKnown
  ) throws(WireError) {
    try self.init(parsing: frame.octets, link: link, tunnels: tunnels)
  }

  /// Compares the transport checksum of a frame with its data; nil without a transport header.
  public func transportChecksum(of frame: [UInt8]) -> TransportChecksum? {
    transportChecksum(of: frame.octets)
  }
}

extension VirtioNetHeader {
  /// Reads a header from the front of an array.
  ///
  /// - Throws: ``WireError/truncated(_:offset:needed:available:)`` if there are too few octets.
  public init(parsing octets: [UInt8], form: Form = .modern) throws(WireError) {
    try self.init(parsing: octets.octets, form: form)
  }

  /// The header as it goes over the wire.
  public func octets(form: Form = .modern) -> [UInt8] {
    var array = [UInt8](repeating: 0, count: form.byteCount)
    var span = array.mutableSpan
    // SAFETY: every octet pattern is a valid octet, so writing raw bytes keeps the array sound.
    var bytes = unsafe span.mutableBytes
    // The array was made to fit, so this cannot fail.
    try? write(to: &bytes, form: form)
    return array
  }
}
