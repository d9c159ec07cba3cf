internal import WireFormats

/// The position of a partial checksum: `NEEDS_CSUM` of a virtio-net header in a frame that is not
/// segmented.
///
/// The field has a partial sum, usually that of a pseudo header. Completing it sums all octets from
/// `start` to the end of the frame and stores the inverse. As in the Linux kernel no header is
/// read: the two numbers need not describe TCP or UDP.
public struct ChecksumCompletion: Hashable, Sendable {
  /// The smallest ``start``, in octets.
  ///
  /// The Linux kernel refuses smaller ones, because no IPv4 header fits before them
  /// (`virtio_net_hdr_to_skb`).
  public static let minimumStart = 20

  /// Where summing starts, in octets from the start of the frame.
  public let start: Int
  /// Where the checksum is stored, in octets from `start`.
  public let offset: Int
  /// Length of the frame, in octets.
  public let frameLength: Int

  /// Checks that the field lies inside a frame of `frameLength` octets and after an IP header.
  ///
  /// - Throws: ``MetadataError/checksumOutsideFrame(start:offset:frameLength:)`` or
  ///   ``MetadataError/checksumStartTooEarly(start:minimum:)``.
  public init(start: Int, offset: Int, frameLength: Int) throws(MetadataError) {
    try Self.checkField(start: start, offset: offset, frameLength: frameLength)
    guard start >= Self.minimumStart else {
      throw .checksumStartTooEarly(start: start, minimum: Self.minimumStart)
    }
    (self.start, self.offset, self.frameLength) = (start, offset, frameLength)
  }

  /// Checks that the field lies inside the frame.
  internal static func checkField(
    start: Int, offset: Int, frameLength: Int
  ) throws(MetadataError) {
    guard start >= 0, offset >= 0, start <= frameLength, frameLength - start - offset >= 2 else {
      throw .checksumOutsideFrame(start: start, offset: offset, frameLength: frameLength)
    }
  }

  /// Completes the checksum in place.
  ///
  /// A result of 0 is stored as 0xFFFF, which verifies as well and does not mean "no checksum" in
  /// UDP.
  ///
  /// - Throws: ``SegmentationError/frameLengthChanged(planned:given:)`` if `frame` is another one.
  /// - Complexity: O(*n*). Does not allocate.
  public func apply(to frame: inout MutableRawSpan) throws(SegmentationError) {
    guard frame.byteCount == frameLength else {
      throw .frameLengthChanged(planned: frameLength, given: frame.byteCount)
    }
    let checksum = ~WordSum.fold(WordSum.sum(frame.bytes.extracting(droppingFirst: start)))
    frame.setMemoryOrder(checksum == 0 ? 0xFFFF : checksum, at: start + offset)
  }
}
