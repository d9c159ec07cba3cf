internal import GsoEngine
internal import WireFormats

#if THREAD_SANITIZER
  internal import NetAdapterCore
#else
  internal import Synchronization
#endif

/// The counters of a NIC or of a transmit queue.
///
/// Every source frame is counted in exactly one of ``sentWhole``, ``hardwareFrames``,
/// ``softwareFrames`` and ``dropped``.
public struct NICCounters: Hashable, Sendable {
  /// Frames that were passed to the NIC to be sent.
  public var sourceFrames = 0
  /// Frames that were sent to the link.
  public var wireFrames = 0
  /// Octets of ``wireFrames``, link headers included.
  public var wireOctets = 0
  /// Frames that were sent without segmentation, with or without checksums computed.
  public var sentWhole = 0
  /// Frames that the hardware segmented.
  public var hardwareFrames = 0
  /// Frames that software segmented, by reason.
  public var softwareFrames = ReasonCounts()
  /// Frames of ``wireFrames`` whose checksums the hardware computed; each segment counts.
  public var hardwareChecksums = 0
  /// Frames of ``wireFrames`` whose checksums software computed, by reason.
  public var softwareChecksums = ReasonCounts()
  /// TCP frames that were segmented; `Segment.TcpSuccess`.
  public var tcpSuccess = 0
  /// TCP frames that were to be segmented and were dropped; `Segment.TcpFailure`.
  public var tcpFailure = 0
  /// UDP frames that were segmented; `Segment.UdpSuccess`.
  public var udpSuccess = 0
  /// UDP frames that were to be segmented and were dropped; `Segment.UdpFailure`.
  public var udpFailure = 0
  /// Frames that were dropped, whole or in part.
  public var dropped = 0
  /// Frames that were received from the link.
  public var receivedFrames = 0
  /// Frames that arrived while the adapter was not started; they were dropped.
  public var receivedWhileStopped = 0
  /// Frames that arrived within ``VirtualNIC/VirtualNIC/maximumNesting`` deliveries of others; they
  /// were dropped.
  public var receivedTooDeeply = 0
  /// Frames that arrived while the link was disconnected; they were dropped.
  public var receivedWhileDisconnected = 0
  /// Frames that are shorter than an Ethernet header; they were dropped.
  public var receivedTooShort = 0
  /// Frames that are longer than the adapter declared; they were dropped.
  public var receivedTooLong = 0
  /// Frames that the receive filter does not take; they were dropped.
  public var receivedFiltered = 0
  /// Coalesced frames that were delivered.
  public var coalescedFrames = 0
  /// Frames of ``receivedFrames`` that they were coalesced from.
  public var coalescedSegments = 0

  /// All counters are 0.
  public init() {}

  /// Returns the sum of each counter, at most `Int.max`.
  public static func + (left: NICCounters, right: NICCounters) -> NICCounters {
    var sum = left
    sum.sourceFrames = sum.sourceFrames.adding(right.sourceFrames)
    sum.wireFrames = sum.wireFrames.adding(right.wireFrames)
    sum.wireOctets = sum.wireOctets.adding(right.wireOctets)
    sum.sentWhole = sum.sentWhole.adding(right.sentWhole)
    sum.hardwareFrames = sum.hardwareFrames.adding(right.hardwareFrames)
    sum.softwareFrames += right.softwareFrames
    sum.hardwareChecksums = sum.hardwareChecksums.adding(right.hardwareChecksums)
    sum.softwareChecksums += right.softwareChecksums
    sum.tcpSuccess = sum.tcpSuccess.adding(right.tcpSuccess)
    sum.tcpFailure = sum.tcpFailure.adding(right.tcpFailure)
    sum.udpSuccess = sum.udpSuccess.adding(right.udpSuccess)
    sum.udpFailure = sum.udpFailure.adding(right.udpFailure)
    sum.dropped = sum.dropped.adding(right.dropped)
    sum.receivedFrames = sum.receivedFrames.adding(right.receivedFrames)
    sum.receivedWhileStopped = sum.receivedWhileStopped.adding(right.receivedWhileStopped)
    sum.receivedTooDeeply = sum.receivedTooDeeply.adding(right.receivedTooDeeply)
    sum.receivedWhileDisconnected = sum.receivedWhileDisconnected.adding(
      right.receivedWhileDisconnected)
    sum.receivedTooShort = sum.receivedTooShort.adding(right.receivedTooShort)
    sum.receivedTooLong = sum.receivedTooLong.adding(right.receivedTooLong)
    sum.receivedFiltered = sum.receivedFiltered.adding(right.receivedFiltered)
    sum.coalescedFrames = sum.coalescedFrames.adding(right.coalescedFrames)
    sum.coalescedSegments = sum.coalescedSegments.adding(right.coalescedSegments)
    return sum
  }
}

extension NICCounters: CustomStringConvertible {
  /// One line with every counter.
  public var description: String {
    "\(sourceFrames) frames: \(sentWhole) whole, \(hardwareFrames) hardware, "
      + "\(softwareFrames) software, \(dropped) dropped; "
      + "on the wire \(wireFrames) frames, \(wireOctets) octets; "
      + "checksums: \(hardwareChecksums) hardware, \(softwareChecksums) software; "
      + "segmented: TCP \(tcpSuccess), failed \(tcpFailure), UDP \(udpSuccess), "
      + "failed \(udpFailure); received: \(receivedFrames), while stopped \(receivedWhileStopped)"
  }
}

extension NICCounters {
  /// Counts a source frame of `byteCount` octets and the action performed on it.
  ///
  /// `added` are the octets that the hardware inserts into each frame.
  internal mutating func count(
    _ action: borrowing TransmitAction, byteCount: Int, added: Int = 0
  ) {
    let before = wireFrames
    defer { wireOctets += (wireFrames - before) * added }
    sourceFrames += 1
    switch action {
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
    case .sendUnmodified:
      sentWhole += 1
      countWire(frames: 1, octets: byteCount)
    case .computeChecksums(_, let decision):
      sentWhole += 1
      countWire(frames: 1, octets: byteCount)
      count(decision, frames: 1)
    case .segment(let plan, let decision, let checksum):
      countSegments(
        plan.offload, frames: plan.count, octets: plan.totalFrameLength, decision, checksum)
    }
  }

  /// Counts a source frame that was segmented.
  internal mutating func count(
    segmented offload: SegmentationRequest.Offload, frames: Int, octets: Int,
    _ decision: OffloadDecision, _ checksum: ChecksumDecision
  ) {
    sourceFrames += 1
    countSegments(offload, frames: frames, octets: octets, decision, checksum)
  }

  private mutating func countSegments(
    _ offload: SegmentationRequest.Offload, frames: Int, octets: Int, _ decision: OffloadDecision,
    _ checksum: ChecksumDecision
  ) {
    if case .software(let reason) = decision {
      softwareFrames.add(reason.kind)
    } else {
      hardwareFrames += 1
    }
    if offload == .lso { tcpSuccess += 1 } else { udpSuccess += 1 }
    countWire(frames: frames, octets: octets)
    count(checksum, frames: frames)
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

/// Counters that one thread writes and any thread may read.
internal final class CounterBox: Sendable {
  #if THREAD_SANITIZER
    // ThreadSanitizer does not know the order that a `Mutex` establishes.
    private let counters = Guarded(NICCounters())
  #else
    // Not `Guarded`: the optimiser can inline a `Mutex` across modules.
    private let counters = Mutex(NICCounters())
  #endif

  /// The counters at this moment.
  var value: NICCounters { counters.withLock { $0 } }

  /// Changes the counters under one short lock.
  func count(_ change: (inout NICCounters) -> Void) { counters.withLock { change(&$0) } }

  /// Counts a source frame of `byteCount` octets and the action performed on it.
  func count(_ action: TransmitAction, byteCount: Int, added: Int = 0) {
    counters.withLock { $0.count(action, byteCount: byteCount, added: added) }
  }

  /// Counts a source frame that was segmented.
  @inline(__always)
  func count(
    segmentsOf plan: SegmentationPlan, _ decision: OffloadDecision, _ checksum: ChecksumDecision
  ) {
    // Read before the lock, so that the closure does not hold a copy of the plan.
    let (offload, frames, octets) = (plan.offload, plan.count, plan.totalFrameLength)
    counters.withLock {
      $0.count(segmented: offload, frames: frames, octets: octets, decision, checksum)
    }
  }
}
