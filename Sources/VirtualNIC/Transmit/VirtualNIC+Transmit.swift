public import GsoEngine
internal import WireFormats

// What NDIS would call the completion of a frame is the return of these calls.
extension VirtualNIC {
  /// Sends a frame: segmented into segments if a segment size is given, in one piece if not.
  ///
  /// Order is kept. A frame that cannot be sent is dropped and counted, and the report says why.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: What is left to the NIC.
  ///   - time: When the frame is sent.
  /// - Returns: Who segments the frame, how, and what left the NIC.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: RawSpan, _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    path.transmit(frame, request, rules, at: time, to: link)
  }

  /// Sends a frame whose octets lie in pieces.
  ///
  /// The payload goes from its pieces straight into the segments.
  ///
  /// - Parameters:
  ///   - frame: The frame, from its Ethernet header.
  ///   - request: What is left to the NIC.
  ///   - time: When the frame is sent.
  /// - Returns: Who segments the frame, how, and what left the NIC.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  @discardableResult
  public func transmit(
    _ frame: ScatteredFrame, _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    path.transmit(frame, request, rules, at: time, to: link)
  }

  /// Sends a frame: segmented into segments if `segmentSize` is given, unmodified if not.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: Payload octets of a segment; 0 for a frame that asks for no segmentation.
  ///   - time: When the frame is sent.
  /// - Returns: Who segments the frame, how, and what left the NIC.
  @inlinable @discardableResult
  public func transmit(
    _ frame: RawSpan, segmentSize: Int = 0, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame, TransmitRequest(segmentSize: segmentSize), at: time)
  }

  /// Sends a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - segmentSize: Payload octets of a segment; 0 for a frame that asks for no segmentation.
  ///   - time: When the frame is sent.
  /// - Returns: Who segments the frame, how, and what left the NIC.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], segmentSize: Int = 0, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, TransmitRequest(segmentSize: segmentSize), at: time)
  }

  /// Sends a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: What is left to the NIC.
  ///   - time: When the frame is sent.
  /// - Returns: Who segments the frame, how, and what left the NIC.
  @discardableResult
  public func transmit(
    _ frame: [UInt8], _ request: TransmitRequest, at time: VirtualTime = .start
  ) -> TransmitReport {
    transmit(frame.octets, request, at: time)
  }
}
