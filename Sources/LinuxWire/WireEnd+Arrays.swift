public import WireFormats

extension WireEnd {
  /// Sends one frame that is held as an array.
  ///
  /// - Parameters:
  ///   - header: What is left to the other side.
  ///   - frame: The octets of the frame.
  /// - Returns: Whether the frame was sent, or why it was dropped.
  /// - Throws: ``WireEndError`` if the end is of no use any more.
  public func send(
    _ header: VirtioNetHeader, _ frame: [UInt8]
  ) throws(WireEndError) -> WireSendResult {
    try send(header, frame.octets)
  }
}
