internal import GsoEngine
internal import VirtualNIC
internal import WireFormats

// What goes to the kernels.
extension WireBridge {
  /// Writes a frame to the kernel of a side.
  internal func write(_ header: VirtioNetHeader, _ frame: RawSpan, to side: WireSide) {
    guard failure == nil else { return }
    if let outlet { return outlet(side, header, frame) }
    do throws(WireEndError) {
      noteWritten(header, frame, to: side, try side.end.send(header, frame))
    } catch {
      failure = error
    }
  }

  /// Counts a frame that was to be written, and says so.
  internal func noteWritten(
    _ header: VirtioNetHeader, _ frame: RawSpan, to side: WireSide, _ result: WireSendResult
  ) {
    side.counters.count(result, header, byteCount: frame.byteCount)
    onWritten?(side, header, frame, result)
  }

  /// Takes segments from a NIC in batches, if its end takes them so and no frame is to be reported.
  internal func updateBatches() {
    for side in [left, right] where side.owner == ObjectIdentifier(self) {
      guard let end = side.batchEnd, onWritten == nil, outlet == nil else {
        side.nic.onReceiveBatch = nil
        continue
      }
      side.nic.onReceiveBatch = { [unowned self, unowned side] frames, _ in
        write(frames, to: end, of: side)
      }
    }
  }

  /// Writes frames that ask for nothing to the kernel of a side.
  private func write(_ frames: FrameBatch, to end: any BatchSendingWireEnd, of side: WireSide) {
    var next = 0
    while next < frames.count, failure == nil {
      let first = next
      var result = WireSendResult.sent
      do throws(WireEndError) {
        result = try end.send(frames, sent: &next)
      } catch {
        failure = error
      }
      // An end of others may say anything.
      next = min(max(first, next), frames.count)
      side.counters.countSent(frames, first..<next)
      guard next < frames.count, failure == nil else { return }
      side.counters.count(result, VirtioNetHeader(), byteCount: frames.range(of: next).count)
      next += 1
    }
  }
}

extension WireCounters {
  /// Counts a frame that was to be written.
  fileprivate mutating func count(
    _ result: WireSendResult, _ header: VirtioNetHeader, byteCount: Int
  ) {
    switch result {
    case .sent:
      framesWritten += 1
      octetsWritten += byteCount
      if header.gsoType == .none {
        longestFrameWritten = max(longestFrameWritten, byteCount)
      } else {
        superFramesWritten += 1
      }
    case .noRoom: noRoom += 1
    case .notReady: notReady += 1
    case .tooLong: tooLong += 1
    case .refused: refused += 1
    }
  }

  /// Counts frames without a `gso_type` that were written.
  fileprivate mutating func countSent(_ frames: FrameBatch, _ indices: Range<Int>) {
    framesWritten += indices.count
    for index in indices {
      let byteCount = frames.range(of: index).count
      octetsWritten += byteCount
      longestFrameWritten = max(longestFrameWritten, byteCount)
    }
  }
}
