/// A copy of everything in the rings but octets.
internal struct RingSnapshot: ~Copyable {
  private typealias Indices = (begin: Int, next: Int, end: Int)

  internal var packets: FixedMemory<NetPacket>
  internal var fragments: FixedMemory<NetFragment>
  private var gso: FixedMemory<NetPacketGso>
  private var checksum: FixedMemory<NetPacketChecksum>
  private var rsc: FixedMemory<NetPacketRsc>
  private var rscTimestamp: FixedMemory<NetPacketRscTimestamp>
  private var ieee8021Q: FixedMemory<NetPacketIeee8021Q>
  private var packetIndices: Indices = (0, 0, 0)
  private var fragmentIndices: Indices = (0, 0, 0)

  internal init(_ configuration: QueueConfiguration) {
    let count = configuration.ringSize
    let names = configuration.extensions.map(\.name)
    func size(_ extension: PacketExtension) -> Int { names.contains(`extension`.name) ? count : 1 }
    packets = FixedMemory(count: count, repeating: .init())
    fragments = FixedMemory(count: configuration.fragmentRingSize, repeating: .init())
    gso = FixedMemory(count: size(.gso), repeating: .init())
    checksum = FixedMemory(count: size(.checksum), repeating: .init())
    rsc = FixedMemory(count: size(.rsc), repeating: .init())
    rscTimestamp = FixedMemory(count: size(.rscTimestamp), repeating: .init())
    ieee8021Q = FixedMemory(count: size(.ieee8021Q), repeating: .init())
  }

  /// The packets that the driver had.
  internal var packetWindow: RingWindow { Self.window(packetIndices, mask: packets.mask) }
  /// The fragments that the driver had.
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

  /// Copies everything back.
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

  /// Refuses changes to elements that were not the driver's, code 51.
  internal borrowing func checkOutside(
    _ rings: borrowing NetRingCollection
  ) throws(AdapterViolation) {
    let (packetWindow, fragmentWindow) = (packetWindow, fragmentWindow)
    try Self.compare(packets, rings.packets.memory, outside: packetWindow, "packet")
    try Self.compare(fragments, rings.fragments.memory, outside: fragmentWindow, "fragment")
    if rings.gso.isEnabled {
      try Self.compare(gso, rings.gso.memory, outside: packetWindow, "segment size")
    }
    if rings.checksum.isEnabled {
      try Self.compare(checksum, rings.checksum.memory, outside: packetWindow, "checksum data")
    }
    if rings.rsc.isEnabled {
      try Self.compare(rsc, rings.rsc.memory, outside: packetWindow, "coalescing data")
    }
    if rings.rscTimestamp.isEnabled {
      try Self.compare(rscTimestamp, rings.rscTimestamp.memory, outside: packetWindow, "timestamp")
    }
    if rings.ieee8021Q.isEnabled {
      try Self.compare(ieee8021Q, rings.ieee8021Q.memory, outside: packetWindow, "tag")
    }
  }

  private static func compare<Element: BitwiseCopyable & Equatable>(
    _ before: borrowing FixedMemory<Element>, _ after: borrowing FixedMemory<Element>,
    outside window: RingWindow, _ name: StaticString
  ) throws(AdapterViolation) {
    for position in window.count..<max(window.count, before.count) {
      let index = window[position]
      guard before[index] != after[index] else { continue }
      throw AdapterViolation(
        .invalidRingImmutableFrameworkElement, index, window.start,
        reason: "the driver changed the \(name) of element \(index), which is not one of its "
          + "\(window.count) from \(window.start) on")
    }
  }
}
