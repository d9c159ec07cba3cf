internal import WireFormats

/// Some octets of a queue's memory.
internal struct OctetRange: BitwiseCopyable, Sendable {
  internal var start = 0
  internal var end = 0
}

/// A packet that a driver received, for as long as the call that shows it takes.
public struct ReceivedPacket: ~Escapable {
  /// Kinds and lengths of its headers, as the driver found them.
  public let layout: NetPacketLayout
  /// What the hardware found in its checksums.
  public let checksum: NetPacketChecksum
  /// What it was made of, if the hardware coalesced it.
  public let rsc: NetPacketRsc
  /// How far the timestamps of what it was made of lie apart.
  public let rscTimestamp: NetPacketRscTimestamp
  /// The tag that the hardware took out.
  public let ieee8021Q: NetPacketIeee8021Q
  /// Octets of the packet.
  public let byteCount: Int
  /// The buffers of all fragments; the packet's octets lie where ``octetRange(ofFragment:)`` says.
  public let memory: RawSpan
  private let ranges: Span<OctetRange>

  @_lifetime(borrow rings, copy ranges)
  internal init(
    _ rings: borrowing NetRingCollection, _ index: Int, fragments ranges: Span<OctetRange>
  ) {
    layout = rings.packets[index].layout
    checksum = rings.checksum[index]
    rsc = rings.rsc[index]
    rscTimestamp = rings.rscTimestamp[index]
    ieee8021Q = rings.ieee8021Q[index]
    memory = rings.memory
    self.ranges = ranges
    var sum = 0
    for position in ranges.indices { sum += ranges[position].end - ranges[position].start }
    byteCount = sum
  }

  /// Number of fragments that the packet lies in; at least 1.
  public var fragmentCount: Int { ranges.count }

  /// Where the octets of a fragment lie in ``memory``.
  ///
  /// - Precondition: `position` is in `0..<fragmentCount`.
  public func octetRange(ofFragment position: Int) -> Range<Int> {
    let range = ranges[position]
    return range.start..<range.end
  }

  /// The octets of a fragment.
  ///
  /// - Precondition: `position` is in `0..<fragmentCount`.
  @_lifetime(copy self)
  public func octets(ofFragment position: Int) -> RawSpan {
    memory.extracting(octetRange(ofFragment: position))
  }

  /// Copies the octets of the packet, from the first on, as far as there is room.
  ///
  /// - Returns: Number of octets copied.
  /// - Complexity: O(*n*) in the number of octets.
  @_lifetime(target: copy target)
  public func copyOctets(into target: inout MutableRawSpan) -> Int {
    var copied = 0
    for position in ranges.indices {
      let source = octets(ofFragment: position).extracting(first: target.byteCount - copied)
      target.copy(source, at: copied)
      copied += source.byteCount
    }
    return copied
  }

  /// A copy of the packet.
  ///
  /// - Complexity: O(*n*) in the number of octets; allocates.
  public func array() -> [UInt8] {
    var array: [UInt8] = []
    array.reserveCapacity(byteCount)
    for position in ranges.indices { array += memory.array(octetRange(ofFragment: position)) }
    return array
  }
}
