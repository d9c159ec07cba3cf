public import GsoEngine

/// A wire end that is sent the segments of a frame in one call.
///
/// A ``WireBridge`` uses it for frames that leave nothing to the other side, unless
/// ``WireBridge/onWritten`` is set. It saves what a call for each segment costs; what the other
/// side gets is the same.
public protocol BatchSendingWireEnd: WireEnd {
  /// Sends frames with headers that ask for nothing, in order, until one is not sent.
  ///
  /// - Parameters:
  ///   - frames: Whole frames, each from its Ethernet header.
  ///   - sent: The index of the first frame to send; afterwards, of the one after the last that was
  ///     sent. It is right as well if the call throws.
  /// - Returns: ``WireSendResult/sent`` if all frames were sent, else why the one at `sent` was
  ///   dropped. Those after it were not tried.
  /// - Throws: ``WireEndError`` if the end is of no use any more.
  func send(
    _ frames: FrameBatch, sent: inout Int
  ) throws(WireEndError) -> WireSendResult
}
