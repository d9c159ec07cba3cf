public import GsoEngine
internal import NetAdapterCore
internal import WireFormats

// Frames from their sender, before they become packets.
extension TransmitFrameQueue {
  /// Posts a copy of a frame to be sent.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - tag: A number of the caller's choice, returned in ``Completion/tag``.
  /// - Returns: False if the queue is full; advance, take completions and try again.
  /// - Complexity: O(*n*) in the length of the frame. Allocates only to grow.
  public func post(
    _ frame: RawSpan, _ request: TransmitRequest = TransmitRequest(), tag: Int = 0
  ) -> Bool {
    frames.append { $0.load(frame, request, tag: tag) }
  }

  /// Posts a copy of a frame that is held as an array.
  ///
  /// - Parameters:
  ///   - frame: The whole frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - tag: A number of the caller's choice, returned in ``Completion/tag``.
  /// - Returns: False if the queue is full.
  public func post(
    _ frame: [UInt8], _ request: TransmitRequest = TransmitRequest(), tag: Int = 0
  ) -> Bool {
    post(frame.octets, request, tag: tag)
  }

  /// Posts a copy of a frame that lies in several buffers.
  ///
  /// A packet that is the whole frame has a fragment for each buffer, unless the driver takes
  /// fewer. Segments that software makes are contiguous.
  ///
  /// - Parameters:
  ///   - frame: The frame, from its Ethernet header.
  ///   - request: The offloads that are asked for.
  ///   - tag: A number of the caller's choice, returned in ``Completion/tag``.
  /// - Returns: False if the queue is full.
  /// - Complexity: O(*n*) in the length of the frame and its buffers. Allocates only to grow.
  public func post(
    _ frame: ScatteredFrame, _ request: TransmitRequest = TransmitRequest(), tag: Int = 0
  ) -> Bool {
    frames.append { $0.load(frame, request, tag: tag) }
  }

  /// Decides about all posted frames now, before they are passed to the driver.
  ///
  /// ``advance(at:)`` decides when it passes a frame on. Between the two the active offloads may
  /// change, as in Windows, where the stack and NDIS decide: a driver can get a packet that asks
  /// for an offload which its set callback has disabled since.
  ///
  /// ```swift
  /// queue.post(superFrame, TransmitRequest(segmentSize: 1_448))
  /// queue.decide()                                      // for the hardware
  /// try nic.adapter.setOffloadParameters(noLargeSend)   // the set-GSO callback says no
  /// try queue.advance()                                 // a packet with a segment size follows
  /// ```
  ///
  /// By Microsoft's pages, a driver may drop such an LSO packet and must fail such a USO packet,
  /// which has no form in rings. The emulated hardware segments both.
  ///
  /// - Complexity: O(*n*) in the headers of the posted frames. Does not allocate.
  public func decide() {
    watch.refresh()
    guard watch.state.isRunning else { return }
    decideAll()
  }
}
