internal import WireFormats

extension SegmentationRules {
  /// What a computed checksum of 0 is stored as, in memory order.
  ///
  /// 0 and 0xFFFF both verify. In UDP 0 means that there is no checksum, so 0xFFFF is sent (RFC
  /// 768). TCP sends 0 (RFC 9293, section 3.1).
  ///
  /// - Parameters:
  ///   - kind: The transport protocol.
  ///   - isCompletedByKernel: True where Linux does not segment and completes the checksum that a
  ///     virtio-net header asks for.
  /// - Returns: 0 or 0xFFFF.
  @inline(__always)
  internal func storedZero(
    _ kind: TransportLayout.Kind, isCompletedByKernel: Bool = false
  ) -> UInt16 {
    switch kind {
    case .tcp: isCompletedByKernel && virtioZeroTCPChecksum == .allOnes ? 0xFFFF : 0
    case .udp: computedZeroUDPChecksum == .allOnes ? 0xFFFF : 0
    }
  }
}
