internal import GsoEngine
internal import WireFormats

extension NICCounters {
  /// Counts a source frame of `byteCount` octets and what becomes of it.
  ///
  /// - Parameters:
  ///   - work: What becomes of it.
  ///   - byteCount: Its length.
  internal mutating func count(_ work: TransmitWork, byteCount: Int) {
    if case .cut(let plan, let path, let checksum) = work {
      countCut(plan, path, checksum)
      return
    }
    sourceFrames += 1
    switch work {
    case .drop(let reason, let plan, let kind):
      dropped += 1
      if case .cancelled(let frames) = reason, frames > 0, let plan {
        countWire(frames: frames, octets: plan.outputRange(of: frames - 1).upperBound)
      }
      switch kind {
      case .tcp: tcpFailure += 1
      case .udp: udpFailure += 1
      case nil: break
      }
    case .asIs:
      sentAsIs += 1
      countWire(frames: 1, octets: byteCount)
    case .checksum(_, let decision):
      sentAsIs += 1
      countWire(frames: 1, octets: byteCount)
      count(decision, frames: 1)
    case .cut: return
    }
  }

  /// Counts a source frame that is cut.
  internal mutating func countCut(
    _ plan: SegmentationPlan, _ path: OffloadDecision, _ checksum: ChecksumDecision
  ) {
    sourceFrames += 1
    switch path {
    case .hardware: hardwareFrames += 1
    case .software(let reason): softwareFrames.add(reason.kind)
    case .asIs: sentAsIs += 1
    }
    if plan.offload == .lso { tcpSuccess += 1 } else { udpSuccess += 1 }
    countWire(frames: plan.count, octets: plan.totalFrameLength)
    count(checksum, frames: plan.count)
  }

  private mutating func countWire(frames: Int, octets: Int) {
    wireFrames += frames
    wireOctets += octets
  }

  private mutating func count(_ decision: ChecksumDecision, frames: Int) {
    switch decision {
    case .hardware: hardwareChecksums += frames
    case .software(let reason): softwareChecksums.add(reason.kind, frames)
    case .none: break
    }
  }
}
