/// An IP header with its extension headers, as the reference reads it.
struct ReferenceIP {
  var version: Int
  var offset: Int
  var headerLength: Int
  var upperProtocol: UInt8
  /// Where the packet ends.
  var end: Int
  /// Where the addresses of the pseudo header lie.
  var source: Int
  var destination: Int
  /// The length of the packet that its header declares; 0 if the field is 0.
  var declaredLength = 0
  /// True if the frame has fewer octets than the header declares.
  var isMissing = false
  var isFragment = false
  var hasJumboOption = false
  /// True if a routing header has more segments left than addresses.
  var hasExcessSegments = false
  /// Octets that routers read, which every IPv6 fragment repeats.
  var perFragmentLength = 0

  var upperOffset: Int { offset + headerLength }

  /// Reads the header at `offset` of a packet that ends at `limit` or before; nil if it is none.
  init?(_ frame: [UInt8], at offset: Int, version: Int, limit: Int) {
    let fixed = version == 4 ? 20 : 40
    guard offset + fixed <= limit, Int(frame[offset] >> 4) == version else { return nil }
    (self.version, self.offset, end) = (version, offset, limit)
    if version == 4 {
      headerLength = Int(frame[offset] & 15) * 4
      upperProtocol = frame[offset + 9]
      (source, destination) = (offset + 12, offset + 16)
      guard headerLength >= 20, offset + headerLength <= limit else { return nil }
      declaredLength = frame.word(offset + 2)
      guard declaredLength == 0 || declaredLength >= headerLength else { return nil }
      isFragment = frame.word(offset + 6) & 0x3FFF != 0
      perFragmentLength = headerLength
      applyLength()
    } else {
      headerLength = 40
      perFragmentLength = 40
      upperProtocol = frame[offset + 6]
      (source, destination) = (offset + 8, offset + 24)
      let payload = frame.word(offset + 4)
      declaredLength = payload == 0 ? 0 : payload + 40
      applyLength()
      guard walk(frame) else { return nil }
    }
  }

  /// Octets after the declared end are a trailer, unless the field is that of a longer packet,
  /// modulo 65,536.
  private mutating func applyLength() {
    guard declaredLength != 0 else { return }
    let surplus = end - offset - declaredLength
    if surplus < 0 { isMissing = true }
    if surplus > 0, surplus % 65_536 != 0 { end = offset + declaredLength }
  }

  /// Steps over hop-by-hop options (0), routing headers (43) and destination options (60).
  private mutating func walk(_ frame: [UInt8]) -> Bool {
    while [0, 43, 60].contains(upperProtocol) {
      let at = upperOffset
      guard at + 8 <= end else { return false }
      let length = 8 + Int(frame[at + 1]) * 8
      guard at + length <= end, headerLength + length <= 65_535 else { return false }
      switch upperProtocol {
      case 0: readHopByHop(frame, at..<(at + length))
      case 43: readRouting(frame, at..<(at + length))
      default: readDestination(frame, at..<(at + length))
      }
      let isHopByHop = upperProtocol == 0 && at == offset + 40
      let isForRouters = upperProtocol == 43 || isHopByHop
      upperProtocol = frame[at]
      headerLength += length
      if isForRouters { perFragmentLength = headerLength }
    }
    return true
  }
}

// The options and addresses that change how a packet is read.
extension ReferenceIP {
  /// RFC 2675: a jumbo payload option has the length of the packet.
  private mutating func readHopByHop(_ frame: [UInt8], _ header: Range<Int>) {
    var at = header.lowerBound + 2
    while at < header.upperBound {
      if frame[at] == 0xC2 { hasJumboOption = true }
      if frame[at] == 0xC2 || frame[at] != 0 && at + 1 >= header.upperBound { return }
      at += frame[at] == 0 ? 1 : 2 + Int(frame[at + 1])
    }
  }

  /// RFC 6275: a home address takes the place of the source in the pseudo header.
  private mutating func readDestination(_ frame: [UInt8], _ header: Range<Int>) {
    var at = header.lowerBound + 2
    while at + 1 < header.upperBound {
      if frame[at] == 0 {
        at += 1
        continue
      }
      let end = at + 2 + Int(frame[at + 1])
      guard end <= header.upperBound else { return }
      if frame[at] == 0xC9, frame[at + 1] == 16 {
        source = at + 2
        return
      }
      at = end
    }
  }

  /// RFC 8200: the last address of a route takes the place of the destination.
  private mutating func readRouting(_ frame: [UInt8], _ header: Range<Int>) {
    let (at, length) = (header.lowerBound, header.count)
    let (type, segmentsLeft, data) = (frame[at + 2], Int(frame[at + 3]), length - 8)
    if segmentsLeft > 0, length >= 24 {
      if type == 0, length % 16 == 8 { destination = at + length - 16 }
      if type == 2 || type == 4 { destination = at + 8 }
    }
    let addresses: Int?
    switch type {
    case 0: addresses = data / 16
    case 2: addresses = data >= 16 ? 1 : 0
    case 3:  // RFC 6554: all addresses but the last omit so many octets, and the last its own
      let (others, last) = (16 - Int(frame[at + 4] >> 4), 16 - Int(frame[at + 4] & 15))
      let rest = data - Int(frame[at + 5] >> 4) - last
      addresses = rest < 0 ? 0 : rest / others + 1
    case 4: addresses = min(Int(frame[at + 4]) + 1, data / 16)
    default: addresses = nil
    }
    if let addresses, segmentsLeft > addresses { hasExcessSegments = true }
  }
}
