internal import WireFormats

/// Everything that a queue and its driver share: `NET_RING_COLLECTION`, with extensions and buffers.
///
/// A packet ring, a fragment ring, one array for each kind of per-packet data, and one slab of memory.
/// Fragment *i*'s buffer is the ``bufferCapacity`` octets at *i* × ``bufferCapacity``. Nothing is
/// allocated once the queue is made.
///
/// A driver has it for the time of a callback, and nobody else has it meanwhile.
public struct NetRingCollection: ~Copyable {
  /// `NetRingCollectionGetPacketRing`.
  public var packets: NetRing<NetPacket>
  /// `NetRingCollectionGetFragmentRing`.
  public var fragments: NetRing<NetFragment>
  /// Segment sizes: ``PacketExtension/gso``.
  public var gso: NetExtension<NetPacketGso>
  /// Work on checksums, or verdicts: ``PacketExtension/checksum``.
  public var checksum: NetExtension<NetPacketChecksum>
  /// Counts of coalesced segments: ``PacketExtension/rsc``.
  public var rsc: NetExtension<NetPacketRsc>
  /// Timestamps of coalesced segments: ``PacketExtension/rscTimestamp``.
  public var rscTimestamp: NetExtension<NetPacketRscTimestamp>
  /// Tags: ``PacketExtension/ieee8021Q``.
  public var ieee8021Q: NetExtension<NetPacketIeee8021Q>

  /// Octets of each fragment's buffer.
  public let bufferCapacity: Int
  /// What the adapter registered when it started.
  public let extensions: [PacketExtension]
  internal var slab: BufferSlab
  /// One less than the number of buffers; not read from the ring, which a driver can exchange.
  private let bufferIndexMask: Int

  internal init(_ configuration: QueueConfiguration) {
    let count = configuration.ringSize
    extensions = configuration.extensions
    bufferCapacity = configuration.bufferCapacity
    packets = NetRing(count: count, repeating: NetPacket())
    fragments = NetRing(count: configuration.fragmentRingSize, repeating: NetFragment())
    let names = extensions.map(\.name)
    func has(_ extension: PacketExtension) -> Bool { names.contains(`extension`.name) }
    gso = NetExtension(isEnabled: has(.gso), count: count, zero: .init())
    checksum = NetExtension(isEnabled: has(.checksum), count: count, zero: .init())
    rsc = NetExtension(isEnabled: has(.rsc), count: count, zero: .init())
    rscTimestamp = NetExtension(isEnabled: has(.rscTimestamp), count: count, zero: .init())
    ieee8021Q = NetExtension(isEnabled: has(.ieee8021Q), count: count, zero: .init())
    bufferIndexMask = configuration.fragmentRingSize - 1
    slab = BufferSlab(
      byteCount: configuration.fragmentRingSize * bufferCapacity,
      alignment: configuration.bufferAlignment)
  }

  /// The buffers of all fragments, one behind the other, for reading.
  ///
  /// A packet in several fragments is this span and ``octetRange(ofFragment:)`` of each.
  public var memory: RawSpan {
    @_lifetime(borrow self)
    get { slab.all }
  }

  /// Number of buffers, which no driver can change.
  internal var bufferCount: Int { bufferIndexMask + 1 }

  /// Where the valid octets of a fragment lie in ``memory``.
  ///
  /// - Parameter index: Index in the fragment ring, taken modulo its size.
  /// - Returns: The range that the fragment claims, as far as it lies in the fragment's buffer.
  /// - Complexity: O(1).
  public func octetRange(ofFragment index: Int) -> Range<Int> {
    let fragment = fragments[index]
    let start = min(fragment.offset, bufferCapacity)
    let end = min(fragment.offset + fragment.validLength, bufferCapacity)
    let base = (index & bufferIndexMask) * bufferCapacity
    return base + start..<base + end
  }

  /// The valid octets of a fragment, for reading.
  ///
  /// - Complexity: O(1).
  @_lifetime(borrow self)
  public func octets(ofFragment index: Int) -> RawSpan {
    slab.all.extracting(octetRange(ofFragment: index))
  }

  /// The whole buffer of a fragment, for writing.
  ///
  /// - Parameter index: Index in the fragment ring, taken modulo its size.
  /// - Returns: ``bufferCapacity`` octets.
  /// - Complexity: O(1).
  @_lifetime(&self)
  public mutating func buffer(ofFragment index: Int) -> MutableRawSpan {
    let base = (index & bufferIndexMask) * bufferCapacity
    return slab.part(base..<base + bufferCapacity)
  }

  /// Number of valid octets in the fragments of a packet.
  ///
  /// - Complexity: O(*n*) in the number of fragments, at most the size of the ring.
  public func octetCount(of packet: NetPacket) -> Int {
    var sum = 0
    for index in fragments(of: packet) { sum += octetRange(ofFragment: index).count }
    return sum
  }

  /// The indices of a packet's fragments; no more than the ring has.
  public func fragments(of packet: NetPacket) -> RingWindow {
    RingWindow(
      from: packet.fragmentIndex, count: min(packet.fragmentCount, fragments.count),
      mask: fragments.elementIndexMask)
  }

  /// Copies the octets of a packet, from the first on, as far as there is room.
  ///
  /// - Returns: Number of octets copied.
  /// - Complexity: O(*n*) in the number of octets.
  @_lifetime(target: copy target)
  public func copyOctets(of packet: NetPacket, into target: inout MutableRawSpan) -> Int {
    var copied = 0
    for index in fragments(of: packet) {
      let source = octets(ofFragment: index).extracting(first: target.byteCount - copied)
      target.copy(source, at: copied)
      copied += source.byteCount
    }
    return copied
  }
}
