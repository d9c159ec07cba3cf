internal import GsoEngine
internal import WireFormats

/// A copy of a frame, in memory that the next frame uses again.
///
/// It has room for a VLAN tag before the frame, so that one can be inserted without moving the
/// payload.
internal struct FrameBuffer {
  /// Octets before the first tag: two addresses.
  private static let addressLength = 12

  private var storage: [UInt8] = []
  private var start = 0
  /// Length of the frame, in octets.
  private(set) var byteCount = 0
  /// A tag that was removed from the frame.
  private(set) var removedTag: VLANTag?

  /// The frame.
  var octets: RawSpan {
    @_lifetime(borrow self)
    get { storage.octets.extracting(start..<start + byteCount) }
  }

  /// Replaces the frame with a copy of another.
  ///
  /// - Complexity: O(*n*) in the octets. Allocates only to grow.
  mutating func load(_ frame: RawSpan) {
    reserve(frame.byteCount)
    storage.withMutableOctets { $0.copy(frame, at: VLANTag.byteCount) }
  }

  /// Replaces the frame with a copy of another, of which a tag was removed.
  mutating func load(_ frame: RawSpan, withoutTag tag: VLANTag?) {
    load(frame)
    removedTag = tag
  }

  /// Replaces the frame with a copy of one that lies in several buffers.
  ///
  /// - Complexity: O(*n*) in the octets and buffers. Allocates only to grow.
  mutating func load(_ frame: ScatteredFrame) {
    let count = frame.byteCount
    reserve(count)
    storage.withMutableOctets { octets in
      var part = octets.part(VLANTag.byteCount..<VLANTag.byteCount + count)
      frame.copy(0..<count, to: &part)
    }
  }

  private mutating func reserve(_ count: Int) {
    if storage.count < count + VLANTag.byteCount {
      storage = [UInt8](repeating: 0, count: max(2_048, count + VLANTag.byteCount))
    }
    (start, byteCount, removedTag) = (VLANTag.byteCount, count, nil)
  }

  /// Inserts a tag after the addresses, once after each load.
  ///
  /// A frame without octets gets none.
  ///
  /// - Complexity: O(1). Does not allocate.
  mutating func insert(_ tag: VLANTag) {
    guard start == VLANTag.byteCount, byteCount > 0 else { return }
    let addresses = min(byteCount, Self.addressLength)
    for index in 0..<addresses { storage[index] = storage[index + VLANTag.byteCount] }
    storage.withMutableOctets { octets in
      octets.setNetworkOrder(tag.type.rawValue, at: addresses)
      octets.setNetworkOrder(tag.controlInformation, at: addresses + 2)
    }
    (start, byteCount) = (0, byteCount + VLANTag.byteCount)
  }

  /// Removes the first tag of the frame, if `condition` holds for it.
  ///
  /// - Complexity: O(1). Does not allocate.
  mutating func removeTag(if condition: (VLANTag) -> Bool) {
    guard let tag = firstTag, condition(tag) else { return }
    for index in (start..<start + Self.addressLength).reversed() {
      storage[index + VLANTag.byteCount] = storage[index]
    }
    start += VLANTag.byteCount
    byteCount -= VLANTag.byteCount
    removedTag = tag
  }

  /// What follows the addresses, as a tag; nil for a frame that is too short for one.
  private var firstTag: VLANTag? {
    guard byteCount >= Self.addressLength + VLANTag.byteCount + 2 else { return nil }
    return VLANTag(
      type: EtherType(rawValue: octets.networkOrder(at: Self.addressLength)),
      controlInformation: octets.networkOrder(at: Self.addressLength + 2))
  }

  /// Writes the header fields as NDIS hands the frame over to hardware that segments it.
  ///
  /// - Complexity: O(1). Does not allocate.
  mutating func prepareHandOff(of plan: SegmentationPlan, lengths: NdisHandOff.Lengths) {
    let range = start..<start + byteCount
    storage.withMutableOctets { octets in
      var frame = octets.part(range)
      plan.writeHandOff(to: &frame, lengths: lengths)
    }
    if lengths == .zero { byteCount = plan.payloadRange.upperBound }
  }
}
