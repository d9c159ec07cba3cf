public import GsoEngine
public import NetAdapterCore

extension TransmitQueue {
  /// Posts a packet that lies in several buffers.
  ///
  /// Each buffer becomes a fragment, or several if it is longer than a fragment's. A packet that
  /// would take more fragments than the driver or the ring does is copied into as few as possible,
  /// as the framework bounces it.
  ///
  /// - Parameters:
  ///   - frame: The packet, starting with its link header; copied.
  ///   - metadata: The data that it carries beside its octets.
  ///   - tag: A number of the caller's, returned in `CompletedPacket.tag`.
  /// - Throws: `QueueError` as the call with a span does; nothing changes then.
  /// - Complexity: O(*n*) in the numbers of octets and buffers. Does not allocate.
  public func post(
    _ frame: ScatteredFrame, _ metadata: TransmitMetadata = .init(), tag: Int = 0
  ) throws(QueueError) {
    try post(frame.buffers, of: frame.memory, metadata, tag: tag)
  }
}
