extension RawSpan {
  /// A copy of all octets, for whoever keeps a frame longer than it was lent.
  ///
  /// ```swift
  /// nic.onReceive = { frame, checksums, time in inbox.append(frame.array()) }
  /// ```
  ///
  /// - Complexity: O(*n*), one allocation.
  @inlinable
  public func array() -> [UInt8] { array(0..<byteCount) }
}
