internal import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// Sends a frame without asking for anything, as `transmit(_:_:at:)` does, and reports only why
  /// it was dropped.
  ///
  /// - Returns: Nil if the frame was sent.
  /// - Complexity: O(1), but for the link. Does not allocate.
  package func transmitUnmodified(
    _ frame: RawSpan, at time: VirtualTime
  ) -> TransmitReport.DropReason? {
    if path.sendUnmodified(frame, at: time, to: link) { return nil }
    switch transmit(frame, TransmitRequest(), at: time).outcome {
    case .dropped(let reason): return reason
    default: return nil
    }
  }
}

extension TransmitPath {
  /// Sends a frame whose length alone says that ``TransmitAction`` would send it unmodified.
  ///
  /// - Returns: False, and nothing was done, if its headers have to be looked at, or if it is to be
  ///   dropped.
  fileprivate func sendUnmodified(
    _ frame: RawSpan, at time: VirtualTime, to link: any Link
  ) -> Bool {
    watch.refresh()
    let state = watch.state
    let byteCount = frame.byteCount
    // The packet is not longer than what follows an Ethernet header.
    guard state.isRunning, !state.is21H2, depth < VirtualNIC.maximumNesting, byteCount > 0,
      byteCount - EthernetHeader.byteCount <= state.mtu
    else { return false }
    depth += 1
    defer { depth -= 1 }
    counters.count {
      $0.sourceFrames += 1
      $0.sentWhole += 1
      $0.wireFrames += 1
      $0.wireOctets += byteCount
    }
    link.send(frame, at: time)
    return true
  }
}
