import FrameRecipes
import WireFormats

/// One end of a connection.
struct Endpoint: Hashable {
  let mac: MACAddress
  let ip: IPv4Address
  let port: UInt16
}

/// A TCP segment of a byte stream, as a value: what is in it, without its octets on the wire.
struct ToySegment {
  var source: Endpoint
  var destination: Endpoint
  var sequence: UInt32
  var acknowledgement: UInt32
  var flags: TCPFlags = .ack
  var payload: [UInt8] = []
}

// To the wire: a recipe says what the frame is.
extension ToySegment {
  /// The frame, from its Ethernet header.
  ///
  /// Both checksums stay 0: computing them is left to the NIC.
  func frame(identification: UInt16 = 0) throws -> [UInt8] {
    try FrameRecipe(
      link: .ethernet(from: .init("\(source.mac)"), to: .init("\(destination.mac)")),
      network: .ipv4(from: .init("\(source.ip)"), to: .init("\(destination.ip)")) {
        $0.identification = identification
        $0.headerChecksum = .zero
      },
      transport: .tcp(
        from: source.port, to: destination.port, flags: .init(rawValue: flags.rawValue)
      ) {
        ($0.sequenceNumber, $0.acknowledgement) = (sequence, acknowledgement)
      },
      payload: .octets(payload), checksum: .zero
    ).octets
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
