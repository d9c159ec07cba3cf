/// Feature bits of a virtio network device (VIRTIO 1.3, sections 5.1.3 and 6) and of vhost-user.
internal struct VhostUserFeatures: OptionSet, Hashable, Sendable {
  let rawValue: UInt64

  /// `VIRTIO_NET_F_CSUM`: the device takes partial checksums.
  static let hostChecksum = VhostUserFeatures(rawValue: 1 << 0)
  /// `VIRTIO_NET_F_GUEST_CSUM`: the driver takes partial checksums.
  static let guestChecksum = VhostUserFeatures(rawValue: 1 << 1)
  /// `VIRTIO_NET_F_GUEST_TSO4`.
  static let guestTCPv4 = VhostUserFeatures(rawValue: 1 << 7)
  /// `VIRTIO_NET_F_GUEST_TSO6`.
  static let guestTCPv6 = VhostUserFeatures(rawValue: 1 << 8)
  /// `VIRTIO_NET_F_GUEST_ECN`.
  static let guestECN = VhostUserFeatures(rawValue: 1 << 9)
  /// `VIRTIO_NET_F_HOST_TSO4`.
  static let hostTCPv4 = VhostUserFeatures(rawValue: 1 << 11)
  /// `VIRTIO_NET_F_HOST_TSO6`.
  static let hostTCPv6 = VhostUserFeatures(rawValue: 1 << 12)
  /// `VIRTIO_NET_F_HOST_ECN`.
  static let hostECN = VhostUserFeatures(rawValue: 1 << 13)
  /// `VIRTIO_NET_F_MRG_RXBUF`: one received frame may fill several buffers.
  static let mergeableBuffers = VhostUserFeatures(rawValue: 1 << 15)
  /// `VIRTIO_NET_F_CTRL_VQ`: the front end has a control queue, which ``multiqueue`` needs.
  static let controlQueue = VhostUserFeatures(rawValue: 1 << 17)
  /// `VIRTIO_NET_F_MQ`: several queue pairs.
  static let multiqueue = VhostUserFeatures(rawValue: 1 << 22)
  /// `VIRTIO_F_INDIRECT_DESC`: a descriptor may stand for a table of descriptors.
  static let indirectDescriptors = VhostUserFeatures(rawValue: 1 << 28)
  /// `VHOST_USER_F_PROTOCOL_FEATURES`: there are features of the dialogue, too.
  static let protocolFeatures = VhostUserFeatures(rawValue: 1 << 30)
  /// `VIRTIO_F_VERSION_1`: headers of 12 octets, all fields little-endian.
  static let version1 = VhostUserFeatures(rawValue: 1 << 32)
  /// `VIRTIO_NET_F_GUEST_USO4`.
  static let guestUDPv4 = VhostUserFeatures(rawValue: 1 << 54)
  /// `VIRTIO_NET_F_GUEST_USO6`.
  static let guestUDPv6 = VhostUserFeatures(rawValue: 1 << 55)
  /// `VIRTIO_NET_F_HOST_USO`.
  static let hostUDP = VhostUserFeatures(rawValue: 1 << 56)

  /// The features that are offered to a front end.
  ///
  /// No UDP tunnels: their features have numbers above 63, for which vhost-user has no request.
  /// No `VIRTIO_NET_F_STATUS`: without a configuration space it stops a Linux guest.
  init(_ configuration: VhostUserConfiguration) {
    var features: VhostUserFeatures = [.version1, .protocolFeatures, .indirectDescriptors]
    if configuration.offersMergeableBuffers { features.insert(.mergeableBuffers) }
    if configuration.queuePairCount > 1 { features.formUnion([.multiqueue, .controlQueue]) }
    let host = configuration.hostOffloads
    let guest = configuration.guestOffloads
    if host.contains(.checksum) { features.insert(.hostChecksum) }
    if host.contains([.checksum, .tcpv4]) { features.insert(.hostTCPv4) }
    if host.contains([.checksum, .tcpv6]) { features.insert(.hostTCPv6) }
    if host.contains([.checksum, .udp]) { features.insert(.hostUDP) }
    if host.contains(.ecn), !features.isDisjoint(with: [.hostTCPv4, .hostTCPv6]) {
      features.insert(.hostECN)
    }
    if guest.contains(.checksum) { features.insert(.guestChecksum) }
    if guest.contains([.checksum, .tcpv4]) { features.insert(.guestTCPv4) }
    if guest.contains([.checksum, .tcpv6]) { features.insert(.guestTCPv6) }
    if guest.contains([.checksum, .udp]) { features.formUnion([.guestUDPv4, .guestUDPv6]) }
    if guest.contains(.ecn), !features.isDisjoint(with: [.guestTCPv4, .guestTCPv6]) {
      features.insert(.guestECN)
    }
    self = features
  }

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// What the driver takes; members without those that they need are left out.
  var guestOffloads: WireOffloads {
    guard contains(.guestChecksum) else { return [] }
    var offloads: WireOffloads = [.checksum]
    if contains(.guestTCPv4) { offloads.insert(.tcpv4) }
    if contains(.guestTCPv6) { offloads.insert(.tcpv6) }
    if contains([.guestUDPv4, .guestUDPv6]) { offloads.insert(.udp) }
    let hasTCP = !isDisjoint(with: [.guestTCPv4, .guestTCPv6])
    if contains(.guestECN), hasTCP { offloads.insert(.ecn) }
    return offloads
  }

  /// What the driver may leave to the device.
  var hostOffloads: WireOffloads {
    guard contains(.hostChecksum) else { return [] }
    var offloads: WireOffloads = [.checksum]
    if contains(.hostTCPv4) { offloads.insert(.tcpv4) }
    if contains(.hostTCPv6) { offloads.insert(.tcpv6) }
    if contains(.hostUDP) { offloads.insert(.udp) }
    let hasTCP = !isDisjoint(with: [.hostTCPv4, .hostTCPv6])
    if contains(.hostECN), hasTCP { offloads.insert(.ecn) }
    return offloads
  }
}

/// Feature bits of the vhost-user dialogue.
internal struct VhostUserProtocolFeatures: OptionSet, Hashable, Sendable {
  let rawValue: UInt64

  /// `MQ`: the front end may ask for the number of queue pairs.
  static let multiqueue = VhostUserProtocolFeatures(rawValue: 1 << 0)
  /// `REPLY_ACK`: any request may ask for a reply.
  static let acknowledgements = VhostUserProtocolFeatures(rawValue: 1 << 3)
  /// `BACKEND_REQ`: there is a second channel, for requests of the back end.
  ///
  /// User-mode Linux needs it.
  static let backendRequests = VhostUserProtocolFeatures(rawValue: 1 << 5)
  /// `INBAND_NOTIFICATIONS`: notifications are messages.
  static let inBandNotifications = VhostUserProtocolFeatures(rawValue: 1 << 14)

  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(_ configuration: VhostUserConfiguration) {
    self = [.acknowledgements, .backendRequests, .multiqueue]
    if configuration.offersInBandNotifications { insert(.inBandNotifications) }
  }
}
