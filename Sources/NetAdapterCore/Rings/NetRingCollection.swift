/// Everything that a queue and its driver share: `NET_RING_COLLECTION`, with extensions and
/// buffers.
///
/// There are a packet ring, a fragment ring, one array for each packet extension, and one slab of
/// memory for all buffers. The buffer of fragment *i* is the ``bufferCapacity`` octets at
/// *i* × ``bufferCapacity``. All memory is allocated when the queue is made.
///
/// A driver has exclusive access to it until its callback returns.
public struct NetRingCollection: ~Copyable {
  /// `NetRingCollectionGetPacketRing`.
  public var packets: NetRing<NetPacket>
  /// `NetRingCollectionGetFragmentRing`.
  public var fragments: NetRing<NetFragment>
  /// Segment sizes: ``PacketExtension/gso``.
  public var gso: NetExtension<NetPacketGso>
  /// Checksum actions or evaluations: ``PacketExtension/checksum``.
  public var checksum: NetExtension<NetPacketChecksum>
  /// Numbers of coalesced segments: ``PacketExtension/rsc``.
  public var rsc: NetExtension<NetPacketRsc>
  /// Timestamps of coalesced segments: ``PacketExtension/rscTimestamp``.
  public var rscTimestamp: NetExtension<NetPacketRscTimestamp>
  /// Tags: ``PacketExtension/ieee8021Q``.
  public var ieee8021Q: NetExtension<NetPacketIeee8021Q>

  /// Octets of each fragment's buffer.
  public let bufferCapacity: Int
  /// The extensions that the adapter registered when it started.
  public let extensions: [PacketExtension]
  internal var slab: BufferSlab
  /// One less than the number of buffers; not read from the ring, which a driver can exchange.
  private let bufferIndexMask: Int

  internal init(_ configuration: RingConfiguration) {
    let count = configuration.ringSize
    func isEnabled(_ packetExtension: PacketExtension) -> Bool {
      configuration.includes(packetExtension)
    }
    extensions = configuration.extensions
    bufferCapacity = configuration.bufferCapacity
    packets = NetRing(count: count, repeating: NetPacket())
    fragments = NetRing(count: configuration.fragmentRingSize, repeating: NetFragment())
    gso = NetExtension(isEnabled: isEnabled(.gso), count: count, zero: .init())
    checksum = NetExtension(isEnabled: isEnabled(.checksum), count: count, zero: .init())
    rsc = NetExtension(isEnabled: isEnabled(.rsc), count: count, zero: .init())
    rscTimestamp = NetExtension(isEnabled: isEnabled(.rscTimestamp), count: count, zero: .init())
    ieee8021Q = NetExtension(isEnabled: isEnabled(.ieee8021Q), count: count, zero: .init())
    bufferIndexMask = configuration.fragmentRingSize - 1
    slab = BufferSlab(
      byteCount: configuration.fragmentRingSize * bufferCapacity,
      alignment: configuration.bufferAlignment)
  }

  /// The buffers of all fragments, one after the other, for reading.
  ///
  /// A packet with several fragments is this span and ``octetRange(ofFragment:)`` of each.
  public var memory: RawSpan {
    @_lifetime(borrow self)
    get { slab.all }
  }

  /// Number of buffers, which no driver can change.
  internal var bufferCount: Int { bufferIndexMask + 1 }

  /// Returns where the valid octets of a fragment lie in ``memory``.
  ///
  /// - Parameter index: Index in the fragment ring, taken modulo its size.
  /// - Returns: The range that offset and valid length describe, clamped to the fragment's buffer.
  /// - Complexity: O(1).
  public func octetRange(ofFragment index: Int) -> Range<Int> {
    let fragment = fragments[index]
    let start = min(fragment.offset, bufferCapacity)
    let end = min(fragment.offset + fragment.validLength, bufferCapacity)
    let base = (index & bufferIndexMask) * bufferCapacity
    return base + start..<base + end
  }

  /// Returns the valid octets of a fragment, for reading.
  ///
  /// - Complexity: O(1).
  @_lifetime(borrow self)
  public func octets(ofFragment index: Int) -> RawSpan {
    slab.all.extracting(octetRange(ofFragment: index))
  }

  /// Returns the whole buffer of a fragment, for writing.
  ///
  /// - Parameter index: Index in the fragment ring, taken modulo its size.
  /// - Returns: ``bufferCapacity`` octets.
  /// - Complexity: O(1).
  @_lifetime(&self)
  public mutating func buffer(ofFragment index: Int) -> MutableRawSpan {
    let base = (index & bufferIndexMask) * bufferCapacity
    return slab.part(base..<base + bufferCapacity)
  }

  /// Returns the number of valid octets in the fragments of a packet.
  ///
  /// - Complexity: O(*n*) in the number of fragments, at most the size of the ring.
  public func octetCount(of packet: NetPacket) -> Int {
    var sum = 0
    for index in fragments(of: packet) { sum += octetRange(ofFragment: index).count }
    return sum
  }

  /// Returns the indices of a packet's fragments, at most as many as the ring has elements.
  public func fragments(of packet: NetPacket) -> RingWindow {
    RingWindow(
      from: packet.fragmentIndex, count: min(packet.fragmentCount, fragments.count),
      mask: fragments.elementIndexMask)
  }
}
