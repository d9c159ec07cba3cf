internal import GsoEngine
internal import WireFormats

/// The counters of a side, which change with each frame.
internal final class WireTally {
  // Changed for every frame, so without a check at run time.
  @exclusivity(unchecked) private var counters = WireCounters()

  internal var value: WireCounters {
    // SAFETY: no access calls code that could access it again: each copies it, or counts.
    @inline(__always) _read { yield unsafe counters }
    @inline(__always) _modify { yield unsafe &counters }
  }
}

/// Why a bridge cannot go on; links cannot throw.
internal final class WireFailure {
  internal var error: WireEndError?
}

/// Where the segments of a frame leave a bridge.
///
/// It holds neither the bridge nor a NIC, so that a NIC may hold it.
internal final class WireOutlet {
  private let end: any BatchSendingWireEnd
  private let tally: WireTally
  private let failure: WireFailure

  internal init(_ end: any BatchSendingWireEnd, _ tally: WireTally, _ failure: WireFailure) {
    (self.end, self.tally, self.failure) = (end, tally, failure)
  }

  /// Writes frames that ask for nothing to the kernel.
  internal func write(_ frames: FrameBatch) {
    var next = 0
    while next < frames.count, failure.error == nil {
      let first = next
      var result = WireSendResult.sent
      do throws(WireEndError) {
        result = try end.send(frames, sent: &next)
      } catch {
        failure.error = error
      }
      // An end of others may say anything.
      next = min(max(first, next), frames.count)
      tally.value.countSent(frames, first..<next)
      guard next < frames.count, failure.error == nil else { return }
      tally.value.count(result, VirtioNetHeader(), byteCount: frames.range(of: next).count)
      next += 1
    }
  }
}

extension WireCounters {
  /// Counts a frame that was to be written.
  internal mutating func count(
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
    let lengths = frames.lengths(of: indices)
    framesWritten += indices.count
    octetsWritten += lengths.total
    longestFrameWritten = max(longestFrameWritten, lengths.longest)
  }
}
