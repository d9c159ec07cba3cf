// Numbers in octets, one octet after the other: nothing here is shared with the library.
extension [UInt8] {
  /// The 16-bit number at `offset`, in network order.
  func word(_ offset: Int) -> Int { Int(self[offset]) << 8 | Int(self[offset + 1]) }

  /// The 32-bit number at `offset`, in network order.
  func double(_ offset: Int) -> UInt32 {
    UInt32(word(offset)) << 16 | UInt32(word(offset + 2))
  }

  mutating func setWord(_ value: Int, at offset: Int) {
    self[offset] = UInt8(truncatingIfNeeded: value >> 8)
    self[offset + 1] = UInt8(truncatingIfNeeded: value)
  }

  mutating func setDouble(_ value: UInt32, at offset: Int) {
    setWord(Int(value >> 16), at: offset)
    setWord(Int(value & 0xFFFF), at: offset + 2)
  }

  /// The ones' complement sum of some octets (RFC 1071).
  func onesSum(_ range: Range<Int>, adding start: Int = 0) -> Int {
    var sum = start
    var at = range.lowerBound
    while at + 1 < range.upperBound {
      sum += Int(self[at]) << 8 | Int(self[at + 1])
      at += 2
    }
    if at < range.upperBound { sum += Int(self[at]) << 8 }
    return folded(sum)
  }
}

/// A sum in 16 bits.
func folded(_ sum: Int) -> Int {
  var sum = sum
  while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
  return sum
}

// Sums that need an IP header.
extension [UInt8] {
  /// The sum of the addresses and the protocol, without a length.
  func pseudoSum(_ packet: ReferenceIP, _ upperProtocol: Int) -> Int {
    let count = packet.version == 4 ? 4 : 16
    let source = onesSum(packet.source..<(packet.source + count))
    let both = onesSum(packet.destination..<(packet.destination + count), adding: source)
    return folded(both + upperProtocol)
  }

  /// Where a UDP datagram ends: where its length says, unless that is none (RFC 9868).
  func datagramEnd(_ offset: Int, packetEnd: Int) -> Int {
    let declared = word(offset + 4)
    let surplus = packetEnd - offset - declared
    return declared >= 8 && surplus > 0 && surplus % 65_536 != 0 ? offset + declared : packetEnd
  }
}
