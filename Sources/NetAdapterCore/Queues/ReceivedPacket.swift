internal import WireFormats

/// A range of octets in a queue's memory.
internal struct OctetRange: BitwiseCopyable, Sendable {
  internal var start = 0
  internal var end = 0
}

/// A packet that a driver received; valid only inside of the closure that gets it.
public struct ReceivedPacket: ~Escapable {
  /// Kinds and lengths of its headers, as the driver wrote them.
  public let layout: NetPacketLayout
  /// The hardware's evaluation of its checksums.
  public let checksum: NetPacketChecksum
  /// The segments that it was coalesced from.
  public let rsc: NetPacketRsc
  /// The difference between the timestamps of these segments.
  public let rscTimestamp: NetPacketRscTimestamp
  /// The tag that the hardware removed.
  public let ieee8021Q: NetPacketIeee8021Q
  /// Octets of the packet.
  public let byteCount: Int
  /// The buffers of all fragments; ``octetRange(ofFragment:)`` tells where the packet's octets lie.
  public let memory: RawSpan
  private let ranges: Span<OctetRange>

  @_lifetime(borrow rings, copy ranges)
  internal init(
    at index: Int, in rings: borrowing NetRingCollection, fragments ranges: Span<OctetRange>
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

  /// Number of fragments of the packet; at least 1.
  public var fragmentCount: Int { ranges.count }

  /// Returns where the octets of a fragment lie in ``memory``.
  ///
  /// - Precondition: `position` is in `0..<fragmentCount`.
  public func octetRange(ofFragment position: Int) -> Range<Int> {
    let range = ranges[position]
    return range.start..<range.end
  }

  /// Returns the octets of a fragment.
  ///
  /// - Precondition: `position` is in `0..<fragmentCount`.
  @_lifetime(copy self)
  public func octets(ofFragment position: Int) -> RawSpan {
    memory.extracting(octetRange(ofFragment: position))
  }

  /// Copies the octets of the packet into `target`, as many as there is room for.
  ///
  /// - Returns: Number of octets copied.
  /// - Complexity: O(*n*) in the number of octets. Does not allocate.
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

  /// Returns a copy of the octets of the packet.
  ///
  /// - Complexity: O(*n*) in the number of octets; allocates.
  public func array() -> [UInt8] {
    var array: [UInt8] = []
    array.reserveCapacity(byteCount)
    for position in ranges.indices { array += memory.array(octetRange(ofFragment: position)) }
    return array
  }
}
