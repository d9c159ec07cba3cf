internal import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// Takes a frame from the link, checks what is active, and delivers it to ``onReceive``.
  ///
  /// - Complexity: O(*n*) in the length of the frame if checksums are checked. Does not allocate.
  public func receive(_ frame: RawSpan, at time: VirtualTime = .start) {
    watch.refresh()
    guard watch.state.isRunning else {
      received.count { $0.receivedWhileStopped += 1 }
      return
    }
    received.count { $0.receivedFrames += 1 }
    if let hardware = receiveQueue?.hardware { return hardware.store(frame) }
    guard let onReceive else { return }
    onReceive(frame, ReceivedChecksums(of: frame, active: watch.state.active.rxChecksum), time)
  }

  /// Takes a frame that is held as an array from the link.
  public func receive(_ frame: [UInt8], at time: VirtualTime = .start) {
    receive(frame.octets, at: time)
  }
}
