/// Holds a driver against the rules of the rings, by comparing them with a copy from before the call.
///
/// Source: `netcx/adapter/nxqueueverifier.cpp` and `verifier.cpp`, branch release_21H2. Octets in
/// buffers are not compared, as the framework does not either. All memory is allocated when the
/// verifier is made.
internal final class RingVerifier {
  private let direction: PacketQueue.Direction
  private let bufferCapacity: Int
  internal private(set) var before: RingSnapshot

  internal init(_ direction: PacketQueue.Direction, _ configuration: QueueConfiguration) {
    self.direction = direction
    bufferCapacity = configuration.bufferCapacity
    before = RingSnapshot(configuration)
  }

  /// Notes how the rings are.
  internal func prepare(_ rings: borrowing NetRingCollection) { before.take(rings) }

  /// Puts the rings back as they were.
  internal func restore(_ rings: inout NetRingCollection) { before.restore(&rings) }

  /// Compares the rings with how they were, once their indices are known to be sound.
  ///
  /// - Complexity: O(*n*) in the size of the rings. Does not allocate unless it throws.
  internal func check(_ rings: borrowing NetRingCollection) throws(AdapterViolation) {
    try before.checkOutside(rings)
    switch direction {
    case .transmit: try before.checkTransmit(rings)
    case .receive: try before.checkReceive(rings, bufferCapacity: bufferCapacity)
    }
  }
}

extension NetPacket {
  /// What a verified receive queue hands over, so that a driver that writes nothing is found out.
  internal static let poisoned: NetPacket = {
    var packet = NetPacket()
    (packet.fragmentIndex, packet.fragmentCount) = (Int(UInt32.max), Int(UInt16.max))
    packet.layout.layer2HeaderLength = .max
    packet.layout.layer3HeaderLength = .max
    packet.layout.layer4HeaderLength = .max
    packet.layout.layer2Type = .init(rawValue: 15)
    packet.layout.layer3Type = .init(rawValue: 15)
    packet.layout.layer4Type = .init(rawValue: 15)
    return packet
  }()
}

extension NetFragment {
  /// What a verified receive queue hands over, but for the capacity.
  internal static let poisoned: NetFragment = {
    var fragment = NetFragment()
    (fragment.validLength, fragment.offset) = (.max, .max)
    return fragment
  }()
}
