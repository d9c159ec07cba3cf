public import WireFormats

/// One end of a wire: the place where a kernel's network device is attached.
///
/// An end is driven by the caller's loop: poll the ``descriptors`` for input, then call
/// ``process(limit:_:)``. No call blocks, and an end starts no threads. An end is used by one
/// thread at a time.
public protocol WireEnd: AnyObject {
  /// The file descriptors to poll for input. The list may differ after each call of
  /// ``process(limit:_:)``.
  var descriptors: [Int32] { get }

  /// What the other side takes over for frames that it is sent; it may differ after each call of
  /// ``process(limit:_:)``.
  var offloads: WireOffloads { get }

  /// Takes frames that the other side has sent, and everything else that it has to say.
  ///
  /// - Parameters:
  ///   - limit: The largest number of frames to take. More may be waiting after that many.
  ///   - body: Called with each frame and its header. The octets are borrowed for the call, and
  ///     nothing else can change them.
  /// - Returns: The number of frames.
  /// - Throws: ``WireEndError`` if the end is of no use any more; ``descriptors`` is empty then.
  func process(
    limit: Int, _ body: (VirtioNetHeader, RawSpan) -> Void
  ) throws(WireEndError) -> Int

  /// Sends one frame to the other side.
  ///
  /// - Parameters:
  ///   - header: What is left to the other side. The caller asks only for ``offloads``.
  ///   - frame: The octets of the frame.
  /// - Returns: Whether the frame was sent, or why it was dropped.
  /// - Throws: ``WireEndError`` if the end is of no use any more.
  func send(
    _ header: VirtioNetHeader, _ frame: RawSpan
  ) throws(WireEndError) -> WireSendResult

  /// Closes all file descriptors and gives back all memory. Further calls have no effect.
  func close()
}

/// What happened to a frame that was given to a ``WireEnd``.
public enum WireSendResult: Hashable, Sendable {
  /// The other side has it.
  case sent
  /// The other side has no room at present: no receive buffers, or a full queue of the device.
  case noRoom
  /// The other side is not attached, or its device is down.
  case notReady
  /// The frame is longer than the other side takes, in octets.
  case tooLong(byteCount: Int, limit: Int)
  /// The kernel does not take the frame with its header.
  case refused(errno: Int32)
}
