/// A frame described by its fields: everything that ``octets`` needs, and nothing derived.
///
/// ```swift
/// let frame = try FrameRecipe(
///   link: .ethernet(from: "02:00:00:00:00:01", to: "02:00:00:00:00:02", vlans: [5]),
///   network: .ipv4(from: "192.0.2.1", to: "192.0.2.2"),
///   transport: .tcp(from: 40_000, to: 80, flags: [.ack, .psh], options: [.timestamps(1, 2)]),
///   payload: .counting(65_000)
/// ).octets
/// ```
///
/// The recipe knows no offsets; lengths, protocol numbers and checksums follow from the fields and
/// from the conventions chosen for them. With an ``encapsulation``, the recipe itself describes
/// the inner frame, and its ``link`` is what stands between tunnel header and inner IP header:
/// ``LinkKind/ethernet`` or ``LinkKind/rawIP``.
public struct FrameRecipe: Equatable, Sendable {
  /// Link header and VLAN tags; the inner ones inside a tunnel.
  public var link: Link
  /// The IP header before the transport header.
  public var network: Network
  /// The transport header.
  public var transport: Transport
  /// What the transport header carries.
  public var payload: Payload
  /// What the transport checksum field holds.
  public var checksum: TransportChecksum
  /// Whether a complete TCP checksum of 0 is stored as 0xFFFF, as UDP must.
  public var zeroBecomesOnes: Bool
  /// Octets after the outermost IP packet, such as Ethernet padding; all 0xEE.
  public var trailerCount: Int
  /// What the frame is wrapped in, if anything.
  public var encapsulation: Encapsulation?
  /// The virtio-net header before the frame, if there is one.
  public var virtioNetHeader: VirtioNetHeader?

  /// Makes a recipe; by default a TCP segment over IPv4 and Ethernet, its checksums complete.
  public init(
    link: Link = Link(), network: Network = .ipv4(), transport: Transport = .tcp(),
    payload: Payload = .empty, checksum: TransportChecksum = .complete,
    zeroBecomesOnes: Bool = false, trailerCount: Int = 0, encapsulation: Encapsulation? = nil,
    virtioNetHeader: VirtioNetHeader? = nil
  ) {
    self.link = link
    self.network = network
    self.transport = transport
    self.payload = payload
    self.checksum = checksum
    self.zeroBecomesOnes = zeroBecomesOnes
    self.trailerCount = trailerCount
    self.encapsulation = encapsulation
    self.virtioNetHeader = virtioNetHeader
  }

  /// The octets, from the virtio-net header, if there is one, or the link header to the trailer.
  ///
  /// - Throws: The first of the ``faults``.
  /// - Complexity: O(n) in the octets of the frame.
  public var octets: [UInt8] {
    get throws(Fault) {
      if let fault = faults.first { throw fault }
      return virtioNetHeader.map { $0.octets(of: self) + build() } ?? build()
    }
  }

  /// The octets of the virtio-net header alone; empty without one.
  ///
  /// - Throws: The first of the ``faults``.
  public var virtioNetHeaderOctets: [UInt8] {
    get throws(Fault) {
      if let fault = faults.first { throw fault }
      return virtioNetHeader?.octets(of: self) ?? []
    }
  }

  /// What cannot be written: text that is no address, fields that are too long or too large.
  ///
  /// Fields that are merely wrong, a length or a checksum, are no faults.
  public var faults: [Fault] { FaultSearch(self).found }

  /// The frame without a virtio-net header, from the link header to the trailer.
  ///
  /// Nothing is checked: what is at fault is written somehow, a bad address as zeros.
  package func build() -> [UInt8] {
    let packet = network.packet(
      around: transportOctets(), protocolNumber: transport.protocolNumber)
    let inner = link.frame(around: packet, network.etherType)
    let frame = encapsulation?.wrap(inner, innerType: link.typeInTunnel(of: network)) ?? inner
    return trailerCount <= 0 ? frame : frame + [UInt8](repeating: 0xEE, count: trailerCount)
  }

  /// The transport header, its checksum field filled as ``checksum`` says, and the payload.
  package func transportOctets() -> [UInt8] {
    transport.segment(
      payload: payload.octets(), in: network, checksum: checksum,
      zeroBecomesOnes: zeroBecomesOnes || transport.isUDP)
  }
}
