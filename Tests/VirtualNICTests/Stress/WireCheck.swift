import TestSupport
import VirtualNIC
import VirtualNICTesting

/// Holds what a wire saw against what a NIC reported, frame by frame, in order.
struct WireCheck: Sendable {
  /// What was reported so far, in the NIC's own terms.
  private(set) var counters = Tally()
  private(set) var complaints = Complaints()
  /// What the wire saw and no report has claimed yet.
  private var unclaimed: ArraySlice<[UInt8]> = []

  /// The counters that can be told from reports and wire.
  struct Tally: Equatable, Sendable {
    var frames = 0
    var sentWhole = 0
    var hardware = 0
    var software = 0
    var dropped = 0
    var wireFrames = 0
    var wireOctets = 0

    init() {}

    /// The same numbers as a NIC counts them.
    init(_ counters: NICCounters) {
      (frames, sentWhole) = (counters.sourceFrames, counters.sentWhole)
      (hardware, software) = (counters.hardwareFrames, counters.softwareFrames.total)
      (dropped, wireFrames) = (counters.dropped, counters.wireFrames)
      wireOctets = counters.wireOctets
    }

    static func + (left: Tally, right: Tally) -> Tally {
      var sum = left
      sum.frames += right.frames
      sum.sentWhole += right.sentWhole
      sum.hardware += right.hardware
      sum.software += right.software
      sum.dropped += right.dropped
      sum.wireFrames += right.wireFrames
      sum.wireOctets += right.wireOctets
      return sum
    }
  }

  /// Takes what the wire saw since the last call.
  mutating func saw(_ frames: [[UInt8]]) {
    unclaimed += frames
    counters.wireFrames += frames.count
    for frame in frames {
      counters.wireOctets += frame.count
      let largest = 14 + (TrafficPool.mtus.max() ?? 0)
      complaints.expect(frame.count <= largest, "\(frame.count) octets on the wire")
    }
  }

  /// Takes the report of a frame: its frames must come next.
  mutating func reported(_ report: TransmitReport, of item: TrafficPool.Item) {
    counters.frames += 1
    switch report.outcome {
    case .sent(let frames):
      complaints.expect(
        frames == item.wireFrames.count, "\(frames) of \(item.wireFrames.count) wire frames")
      claim(item.wireFrames)
      switch report.segmentation {
      case .hardware: counters.hardware += 1
      case .software: counters.software += 1
      case .none: counters.sentWhole += 1
      }
    case .dropped(let reason):
      counters.dropped += 1
      check(reason, item)
    }
  }

  /// Nothing may be left on the wire in the end.
  mutating func end() {
    complaints.expect(unclaimed.isEmpty, "\(unclaimed.count) frames without a report")
  }

  private mutating func check(_ reason: TransmitReport.DropReason, _ item: TrafficPool.Item) {
    switch reason {
    case .notStarted: break
    case .cancelled(let frames):
      complaints.expect(frames < item.wireFrames.count, "cancelled after the last frame")
      claim(item.wireFrames.prefix(frames))
    case .empty, .refused:
      complaints.expect(item.wireFrames.isEmpty, "\(reason)")
    case .exceedsMTU(let length, let mtu), .segmentExceedsMTU(let length, let mtu):
      complaints.expect(
        length > mtu && length == item.packetLength && TrafficPool.mtus.contains(mtu),
        "\(reason), the longest packet has \(item.packetLength)")
    case .exceedsRing, .exceedsFragmentLimit, .nestedTooDeeply, .ringsReplaced:
      complaints.add("\(reason)")
    }
  }

  private mutating func claim(_ wireFrames: some Collection<[UInt8]>) {
    let found = unclaimed.prefix(wireFrames.count)
    unclaimed = unclaimed.dropFirst(wireFrames.count)
    guard !found.elementsEqual(wireFrames) else { return }
    let difference = firstDifference(expected: Array(wireFrames), actual: Array(found))
    complaints.add("frame \(counters.frames): \(difference?.description ?? "differs")")
  }
}
