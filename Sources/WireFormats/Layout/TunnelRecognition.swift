/// Which tunnels are recognised in a frame.
///
/// UDP has no field for what it carries: a tunnel over UDP is recognised by its destination port. A
/// port in several sets means the first of them, in the order of the properties.
public struct TunnelRecognition: Hashable, Sendable {
  /// UDP destination ports that mean VXLAN.
  public var vxlanPorts: TunnelPorts { didSet { noteAnnounced() } }
  /// UDP destination ports that mean Geneve.
  public var genevePorts: TunnelPorts { didSet { noteAnnounced() } }
  /// UDP destination ports that mean VXLAN-GPE.
  public var vxlanGPEPorts: TunnelPorts { didSet { noteAnnounced() } }
  /// UDP destination ports that mean Generic UDP Encapsulation.
  public var guePorts: TunnelPorts { didSet { noteAnnounced() } }
  /// UDP destination ports that mean Foo over UDP with an IP packet in it.
  public var fouPorts: TunnelPorts { didSet { noteAnnounced() } }
  /// UDP destination ports that mean GTP-U.
  public var gtpUPorts: TunnelPorts { didSet { noteAnnounced() } }
  /// True if GRE and IP in IP are recognised.
  public var ipTunnels: Bool
  /// True if IP is found after MPLS label stacks, PPPoE session headers and VLAN tags older than
  /// 802.1ad (0x9100 to 0x9300).
  ///
  /// The Linux kernel does not segment such frames for the sender of a virtio-net header.
  public var linkHeaders: Bool
  /// A bit for the low six bits of each port in any set, so that plain UDP costs one look.
  private var announced: UInt64 = 0

  /// Chooses each kind.
  public init(
    vxlanPorts: TunnelPorts = [], genevePorts: TunnelPorts = [], vxlanGPEPorts: TunnelPorts = [],
    guePorts: TunnelPorts = [], fouPorts: TunnelPorts = [], gtpUPorts: TunnelPorts = [],
    ipTunnels: Bool = false, linkHeaders: Bool = true
  ) {
    (self.vxlanPorts, self.genevePorts) = (vxlanPorts, genevePorts)
    (self.vxlanGPEPorts, self.guePorts) = (vxlanGPEPorts, guePorts)
    (self.fouPorts, self.gtpUPorts) = (fouPorts, gtpUPorts)
    (self.ipTunnels, self.linkHeaders) = (ipTunnels, linkHeaders)
    noteAnnounced()
  }

  /// No tunnels: the transport header is the one after the first IP header.
  public static let none = TunnelRecognition()

  /// What the Linux kernel recognises for the sender of a virtio-net header that describes no
  /// tunnel: VLAN tags of 802.1Q and 802.1ad.
  package static let described = TunnelRecognition(linkHeaders: false)

  /// GRE, IP in IP, and these over UDP: VXLAN on ports 4789 (IANA) and 8472 (the default of Linux),
  /// Geneve on 6081, VXLAN-GPE on 4790, GUE on 6080 and GTP-U on 2152 (IANA), and FOU on 5555 (the
  /// documentation of Linux).
  public static let wellKnown = TunnelRecognition(
    vxlanPorts: [4_789, 8_472], genevePorts: [6_081], vxlanGPEPorts: [4_790], guePorts: [6_080],
    fouPorts: [5_555], gtpUPorts: [2_152], ipTunnels: true)

  /// False if no set has the port.
  @inline(__always)
  internal func mayAnnounce(_ port: UInt16) -> Bool { announced &>> UInt64(port & 63) & 1 != 0 }

  /// True if no tunnel over UDP is recognised.
  @inline(__always)
  internal var announcesNone: Bool { announced == 0 }

  /// The kind of tunnel that a port means; nil if it means none.
  internal func kind(announcedBy port: UInt16) -> TunnelLayout.Kind? {
    if vxlanPorts.contains(port) { return .vxlan }
    if genevePorts.contains(port) { return .geneve }
    if vxlanGPEPorts.contains(port) { return .vxlanGPE }
    if guePorts.contains(port) { return .gue }
    if fouPorts.contains(port) { return .fou }
    return gtpUPorts.contains(port) ? .gtpU : nil
  }

  private mutating func noteAnnounced() {
    announced = 0
    for ports in [vxlanPorts, genevePorts, vxlanGPEPorts, guePorts, fouPorts, gtpUPorts] {
      for port in ports.array { announced |= 1 << UInt64(port & 63) }
    }
  }
}
