/// A copy of the rings and of all packet extensions, without the octets in the buffers.
internal struct RingSnapshot: ~Copyable {
  private typealias Indices = (begin: Int, next: Int, end: Int)

  internal var packets: FixedMemory<NetPacket>
  internal var fragments: FixedMemory<NetFragment>
  internal var gso: FixedMemory<NetPacketGso>
  internal var checksum: FixedMemory<NetPacketChecksum>
  internal var rsc: FixedMemory<NetPacketRsc>
  internal var rscTimestamp: FixedMemory<NetPacketRscTimestamp>
  internal var ieee8021Q: FixedMemory<NetPacketIeee8021Q>
  private var packetIndices: Indices = (0, 0, 0)
  private var fragmentIndices: Indices = (0, 0, 0)

  internal init(_ configuration: RingConfiguration) {
    func count(_ packetExtension: PacketExtension) -> Int {
      configuration.includes(packetExtension) ? configuration.ringSize : 1
    }
    packets = FixedMemory(count: configuration.ringSize, repeating: .init())
    fragments = FixedMemory(count: configuration.fragmentRingSize, repeating: .init())
    gso = FixedMemory(count: count(.gso), repeating: .init())
    checksum = FixedMemory(count: count(.checksum), repeating: .init())
    rsc = FixedMemory(count: count(.rsc), repeating: .init())
    rscTimestamp = FixedMemory(count: count(.rscTimestamp), repeating: .init())
    ieee8021Q = FixedMemory(count: count(.ieee8021Q), repeating: .init())
  }

  /// The packets that the driver owned.
  internal var packetWindow: RingWindow { Self.window(packetIndices, mask: packets.mask) }
  /// The fragments that the driver owned.
  internal var fragmentWindow: RingWindow { Self.window(fragmentIndices, mask: fragments.mask) }

  private static func window(_ indices: Indices, mask: Int) -> RingWindow {
    RingWindow(from: indices.begin, count: (indices.end &- indices.begin) & mask, mask: mask)
  }

  /// Copies the rings.
  internal mutating func take(_ rings: borrowing NetRingCollection) {
    packets.copy(rings.packets.memory)
    fragments.copy(rings.fragments.memory)
    gso.copy(rings.gso.memory)
    checksum.copy(rings.checksum.memory)
    rsc.copy(rings.rsc.memory)
    rscTimestamp.copy(rings.rscTimestamp.memory)
    ieee8021Q.copy(rings.ieee8021Q.memory)
    packetIndices = (
      rings.packets.beginIndex, rings.packets.nextIndex, rings.packets.endIndex
    )
    fragmentIndices = (
      rings.fragments.beginIndex, rings.fragments.nextIndex, rings.fragments.endIndex
    )
  }

  /// Copies everything back to the rings.
  internal borrowing func restore(_ rings: inout NetRingCollection) {
    rings.packets.memory.copy(packets)
    rings.fragments.memory.copy(fragments)
    rings.gso.memory.copy(gso)
    rings.checksum.memory.copy(checksum)
    rings.rsc.memory.copy(rsc)
    rings.rscTimestamp.memory.copy(rscTimestamp)
    rings.ieee8021Q.memory.copy(ieee8021Q)
    (rings.packets.beginIndex, rings.packets.nextIndex) = (packetIndices.begin, packetIndices.next)
    rings.packets.endIndex = packetIndices.end
    rings.fragments.beginIndex = fragmentIndices.begin
    rings.fragments.nextIndex = fragmentIndices.next
    rings.fragments.endIndex = fragmentIndices.end
  }
}
