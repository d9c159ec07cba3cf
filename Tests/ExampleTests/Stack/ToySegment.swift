import WireFormats

/// One end of a connection.
struct Endpoint: Hashable {
  let mac: MACAddress
  let ip: IPv4Address
  let port: UInt16
}

/// A TCP segment of a byte stream, as a value: what is in it, without its octets on the wire.
struct ToySegment {
  /// Octets of Ethernet, IPv4 and TCP headers without options.
  static let headerLength = 14 + 20 + 20

  var source: Endpoint
  var destination: Endpoint
  var sequence: UInt32
  var acknowledgement: UInt32
  var flags: TCPFlags = .ack
  var payload: [UInt8] = []
}

// To the wire, by hand: the library reads headers and changes them, it does not make them.
extension ToySegment {
  /// The frame, from its Ethernet header.
  ///
  /// Both checksums stay 0: computing them is left to the NIC.
  func frame(identification: UInt16 = 0) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(Self.headerLength + payload.count)
    // Ethernet II.
    frame.append(destination.mac.rawValue, octets: 6)
    frame.append(source.mac.rawValue, octets: 6)
    frame.append(EtherType.ipv4.rawValue, octets: 2)
    // IPv4: version 4 and 5 words of header, the length, an identification, "don't fragment".
    frame.append(0x4500 as UInt16, octets: 2)
    frame.append(UInt16(clamping: 40 + payload.count), octets: 2)
    frame.append(identification, octets: 2)
    frame.append(0x4000 as UInt16, octets: 2)
    frame.append(64 as UInt8, octets: 1)
    frame.append(IPProtocol.tcp.rawValue, octets: 1)
    frame.append(0 as UInt16, octets: 2)
    frame.append(source.ip.rawValue, octets: 4)
    frame.append(destination.ip.rawValue, octets: 4)
    // TCP: ports, numbers, 5 words of header and the flags, window, checksum, urgent pointer.
    frame.append(source.port, octets: 2)
    frame.append(destination.port, octets: 2)
    frame.append(sequence, octets: 4)
    frame.append(acknowledgement, octets: 4)
    frame.append(0x5000 | flags.rawValue, octets: 2)
    frame.append(0xFFFF as UInt16, octets: 2)
    frame.append(0 as UInt32, octets: 4)
    return frame + payload
  }
}

// From the wire: header views and the layout say where everything is.
extension ToySegment {
  /// Reads a frame; nil if it carries no TCP over IPv4.
  ///
  /// The octets are borrowed, so the payload is copied.
  init?(parsing frame: RawSpan) {
    guard let layout = try? PacketLayout(parsing: frame), let network = layout.network,
      let transport = layout.transport, transport.kind == .tcp, let range = layout.payloadRange,
      let ethernet = try? EthernetHeader(frame),
      let ipv4 = try? IPv4Header(frame, at: network.offset),
      let tcp = try? TCPHeader(frame, at: transport.offset)
    else { return nil }
    source = Endpoint(mac: ethernet.source, ip: ipv4.source, port: tcp.sourcePort)
    destination = Endpoint(
      mac: ethernet.destination, ip: ipv4.destination, port: tcp.destinationPort)
    (sequence, acknowledgement) = (tcp.sequenceNumber, tcp.acknowledgmentNumber)
    (flags, payload) = (tcp.flags, frame.array(range))
  }
}

extension Array where Element == UInt8 {
  /// Appends the low octets of a number in network order.
  mutating func append(_ value: some FixedWidthInteger, octets count: Int) {
    for place in (0..<count).reversed() {
      append(UInt8(truncatingIfNeeded: value >> (8 * place)))
    }
  }
}
