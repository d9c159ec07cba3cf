/// One message of a front end, whole, with the file descriptors that came along.
///
/// On the wire a message has a header of three little-endian words, request, flags and length, and
/// then as many octets as the length says.
internal struct VhostUserMessage {
  /// Octets of the header.
  static let headerByteCount = 12
  /// The longest message of any request, without its header, in octets.
  static let maximumByteCount = 512
  /// The most file descriptors that a request has: one for each memory region.
  static let maximumDescriptorCount = GuestMemory.maximumRegionCount

  let request: VhostUserRequest
  /// Whether the front end waits for a reply.
  let needsReply: Bool
  /// What follows the header, in octets.
  let body: [UInt8]
  /// Closed with the last reference to them.
  let descriptors: [OwnedDescriptor]

  /// Checks what does not depend on the state of the session.
  init(
    _ header: VhostUserMessageHeader, body: [UInt8], descriptors: [OwnedDescriptor]
  ) throws(VhostUserFault) {
    let number = header.request
    guard let request = VhostUserRequest(rawValue: number) else { throw .unexpectedRequest(number) }
    let lengths = request.byteCount
    guard lengths.contains(body.count) else {
      let expected = body.count < lengths.lowerBound ? lengths.lowerBound : lengths.upperBound
      throw .messageLength(request: number, byteCount: body.count, expected: expected)
    }
    guard descriptors.isEmpty || request.mayHaveDescriptors else {
      throw .descriptorCount(request: number, count: descriptors.count, expected: 0)
    }
    self.request = request
    needsReply = header.flags & VhostUserMessageHeader.needsReply != 0
    (self.body, self.descriptors) = (body, descriptors)
  }

  /// A 32-bit word of the body; 0 beyond its end.
  func word(at offset: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: body.number(at: offset, byteCount: 4))
  }

  /// A 64-bit word of the body; 0 beyond its end.
  func long(at offset: Int) -> UInt64 { body.number(at: offset, byteCount: 8) }

  /// The one file descriptor that the request has.
  func onlyDescriptor() throws(VhostUserFault) -> OwnedDescriptor {
    guard descriptors.count == 1, let descriptor = descriptors.first else {
      throw .descriptorCount(request: request.rawValue, count: descriptors.count, expected: 1)
    }
    return descriptor
  }
}

/// The three words before every message.
internal struct VhostUserMessageHeader {
  /// Version 1 of the protocol, in two bits.
  static let version: UInt32 = 1
  static let versionMask: UInt32 = 3
  static let isReply: UInt32 = 4
  static let needsReply: UInt32 = 8

  let request: UInt32
  let flags: UInt32
  /// Octets after the header.
  let byteCount: Int

  /// Reads 12 octets, and refuses a header after which the dialogue cannot go on.
  init(parsing octets: [UInt8]) throws(VhostUserFault) {
    request = UInt32(truncatingIfNeeded: octets.number(at: 0, byteCount: 4))
    flags = UInt32(truncatingIfNeeded: octets.number(at: 4, byteCount: 4))
    byteCount = Int(truncatingIfNeeded: octets.number(at: 8, byteCount: 4))
    guard flags & Self.versionMask == Self.version, flags & Self.isReply == 0 else {
      throw .messageFlags(request: request, flags: flags)
    }
    guard byteCount <= VhostUserMessage.maximumByteCount else {
      throw .messageTooLong(
        request: request, byteCount: byteCount, limit: VhostUserMessage.maximumByteCount)
    }
  }

  /// The octets of a message with one number of 64 bits.
  static func message(_ request: UInt32, flags: UInt32, _ number: UInt64) -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(20)
    for word in [request, flags | version, 8] { octets.append(word, byteCount: 4) }
    octets.append(number, byteCount: 8)
    return octets
  }
}

extension [UInt8] {
  /// A little-endian number; octets beyond the end count as 0.
  internal func number(at offset: Int, byteCount: Int) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<byteCount where offset + place < count {
      value |= UInt64(self[offset + place]) << UInt64(8 * place)
    }
    return value
  }

  /// Appends a little-endian number.
  internal mutating func append(_ number: some FixedWidthInteger, byteCount: Int) {
    for place in 0..<byteCount { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
  }
}
