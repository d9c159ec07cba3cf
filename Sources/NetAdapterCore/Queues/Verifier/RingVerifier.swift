/// Checks a driver by the rules of the rings, by comparing them with a copy from before the
/// callback.
///
/// Source: `netcx/adapter/nxqueueverifier.cpp` and `verifier.cpp`, branch release_21H2. As in the
/// framework, octets in buffers are not compared. All memory is allocated when the verifier is
/// made.
internal final class RingVerifier {
  private let direction: PacketQueue.Direction
  private let bufferCapacity: Int
  internal private(set) var before: RingSnapshot

  internal init(_ direction: PacketQueue.Direction, _ configuration: RingConfiguration) {
    self.direction = direction
    bufferCapacity = configuration.bufferCapacity
    before = RingSnapshot(configuration)
  }

  /// Copies the rings before a callback.
  internal func prepare(_ rings: borrowing NetRingCollection) { before.take(rings) }

  /// Restores the rings to their content before the callback.
  internal func restore(_ rings: inout NetRingCollection) { before.restore(&rings) }

  /// Checks the rings after a callback.
  ///
  /// - Precondition: The indices of the rings were checked.
  /// - Complexity: O(*n*) in the size of the rings. Does not allocate unless it throws.
  internal func check(_ rings: borrowing NetRingCollection) throws(AdapterViolation) {
    try before.checkOutside(rings)
    switch direction {
    case .transmit: try before.checkTransmit(rings)
    case .receive: try before.checkReceive(rings, bufferCapacity: bufferCapacity)
    }
  }
}

// A verified receive queue posts elements with the following values, which no driver would write,
// so that the verifier sees what a driver did not write.

extension NetPacket {
  /// The packet element that a verified receive queue posts.
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
  /// The fragment element that a verified receive queue posts, except for its capacity.
  internal static let poisoned: NetFragment = {
    var fragment = NetFragment()
    (fragment.validLength, fragment.offset) = (.max, .max)
    return fragment
  }()
}
