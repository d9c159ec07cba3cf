/// A large frame as a sender leaves it to its NIC, and where the fields lie that segmentation
/// changes.
///
/// The offsets are known from how the frame was put together, so that segments can be checked
/// without code of the library.
struct BenchFrame {
  /// The frames that can be asked for by name.
  enum Kind: String, CaseIterable {
    case tcp4
    case tcp6
    case udp4
    case vxlan4Tcp4 = "vxlan4-tcp4"
    case geneve4Tcp4 = "geneve4-tcp4"
    case tcp4IPOptions = "tcp4-ip-options"

    /// The frames that are timed by default.
    ///
    /// The others are off the fast path of parsing.
    static let usual: [Kind] = [.tcp4, .tcp6, .udp4, .vxlan4Tcp4]

    /// Whether segments of the frame are coalesced again; those with IPv4 options are not.
    var canCoalesce: Bool { self != .tcp4IPOptions }
  }

  /// Payload of the frames that the tables are about: what a sender with an MSS of 1448 puts into
  /// 64 KB, in octets.
  static let usualPayload = 65_226

  let name: String
  let kind: Kind
  /// Everything before the payload.
  private(set) var headers: [UInt8] = []
  let payloadLength: Int
  /// Payload octets of a segment.
  let segmentSize: Int
  /// Where the outer IPv4 header of the tunnel starts; nil without one.
  private(set) var outer: Int?
  /// Where the (inner) IP header starts.
  private(set) var network = 0
  let isIPv6: Bool
  /// Where the TCP or UDP header starts.
  private(set) var transport = 0
  let isTCP: Bool

  /// One of the frames that can be asked for by name.
  init(_ kind: Kind) {
    self.init(
      name: kind.rawValue, kind, payload: Self.usualPayload,
      segmentSize: kind == .udp4 ? 1_200 : 1_448, tags: 0)
  }

  /// A frame of any size, with any number of VLAN tags.
  init(name: String, _ kind: Kind, payload: Int, segmentSize: Int, tags: Int) {
    (self.name, self.kind) = (name, kind)
    (payloadLength, self.segmentSize) = (payload, segmentSize)
    isIPv6 = kind == .tcp6
    isTCP = kind != .udp4
    ethernet(tags: tags)
    let transportLength = isTCP ? 32 : 8
    if kind == .vxlan4Tcp4 || kind == .geneve4Tcp4 {
      outer = headers.count
      let inner = 14 + 20 + transportLength + payload
      ipv4(protocol: 17, length: 20 + 8 + 8 + inner)
      udp(to: kind == .vxlan4Tcp4 ? 4_789 : 6_081, length: 8 + 8 + inner)
      append(kind == .vxlan4Tcp4 ? 0x0800_0000 : 0x0000_6558, 0x0001_2300)
      ethernet(tags: 0)
    }
    network = headers.count
    if isIPv6 {
      ipv6(protocol: 6, length: transportLength + payload)
    } else {
      let options = kind == .tcp4IPOptions ? 4 : 0
      ipv4(
        protocol: isTCP ? 6 : 17, length: 20 + options + transportLength + payload,
        options: options)
    }
    transport = headers.count
    if isTCP { tcp() } else { udp(to: 443, length: 8 + payload) }
  }

  var headerLength: Int { headers.count }
  var frameLength: Int { headers.count + payloadLength }
  var segmentCount: Int { max(1, (payloadLength + segmentSize - 1) / segmentSize) }
  /// Length of every segment but the last.
  var fullSegmentLength: Int { headers.count + min(segmentSize, payloadLength) }
  /// What all segments take.
  var outputLength: Int { segmentCount * headers.count + payloadLength }

  /// The payload of a segment, counted from the start of the payload.
  func payloadRange(of index: Int) -> Range<Int> {
    index * segmentSize..<min(payloadLength, (index + 1) * segmentSize)
  }

  // MARK: Headers

  private mutating func append(_ words: UInt32...) {
    for word in words {
      for shift in [24, 16, 8, 0] { headers.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
  }

  private mutating func append16(_ value: Int) {
    headers.append(UInt8(truncatingIfNeeded: value >> 8))
    headers.append(UInt8(truncatingIfNeeded: value))
  }

  private mutating func ethernet(tags: Int) {
    append(0x0200_0000, 0x0002_0200, 0x0000_0001)
    for tag in 0..<tags {
      append16(tag == tags - 1 ? 0x8100 : 0x88A8)
      append16(100 + tag)
    }
    append16(isIPv6 && outer == nil ? 0x86DD : 0x0800)
  }

  /// A packet of more than 64 KiB says its length modulo 65,536.
  ///
  /// The options, as many octets, are No Operation (RFC 791).
  private mutating func ipv4(protocol: UInt32, length: Int, options: Int = 0) {
    let headerWords = UInt32(5 + options / 4)
    append(0x4000_0000 | headerWords << 24 | UInt32(length & 0xFFFF), 0xFFF0_4000)
    append(0x4000_0000 | `protocol` << 16, 0xC612_0001, 0xC612_0002)
    headers.append(contentsOf: repeatElement(1, count: options))
  }

  private mutating func ipv6(protocol: UInt32, length: Int) {
    append(0x600A_BCDE, UInt32(length & 0xFFFF) << 16 | `protocol` << 8 | 64)
    append(0x2001_0DB8, 0, 0, 1, 0x2001_0DB8, 0, 0, 2)
  }

  /// With timestamps, as nearly all TCP has them; the sequence number wraps soon.
  private mutating func tcp() {
    append(0xC350_01BB, 0xFFFF_F000, 0x1234_5678, 0x8018_01F5, 0xABCD_0000)
    append(0x0101_080A, 0x1122_3344, 0x5566_7788)
  }

  private mutating func udp(to port: UInt32, length: Int) {
    append(0xC351_0000 | port, UInt32(length & 0xFFFF) << 16 | 0x5678)
  }
}
