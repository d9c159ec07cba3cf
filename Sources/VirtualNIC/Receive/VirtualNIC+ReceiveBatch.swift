internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

extension VirtualNIC {
  /// Delivers frames with one call, if the NIC has nothing to do for any of them.
  ///
  /// - Returns: Whether it did; if not, each frame has to be looked at.
  /// - Complexity: O(*n*) in the number of frames.
  internal func deliverTogether(_ frames: FrameBatch, at time: VirtualTime) -> Bool {
    let state = watch.state
    let checksums = state.active.rxChecksum
    guard let batchReceiver, frames.count > 0, coalescing == nil, state.isRunning,
      !state.isLinkDown, !(checksums.ipv4 || checksums.tcp || checksums.udp),
      receiveDepth < Self.maximumNesting, receiveQueue?.hardware == nil
    else { return false }
    let lengths = frames.lengths(of: 0..<frames.count)
    guard lengths.shortest >= EthernetHeader.byteCount,
      lengths.longest <= state.maximumReceivedFrameSize
    else { return false }
    received.count { $0.receivedFrames += frames.count }
    receiveDepth += 1
    defer { receiveDepth -= 1 }
    batchReceiver(frames, time)
    return true
  }

  /// Keeps what every batch would be checked for.
  internal func updateBatchReceiver() {
    batchReceiver = receiveFilter == nil ? onReceiveBatch : nil
  }
}
