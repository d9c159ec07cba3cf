#if os(Linux)
  import Foundation
  import LinuxWire
  import VirtualNIC

  /// What happened to all frames, as `--json` prints it.
  struct BridgeSummary: Encodable {
    /// The version of the form.
    private static let jsonVersion = 1

    /// One side.
    struct Side: Encodable {
      /// Where the kernel is attached.
      let end: String
      /// What the end takes at the end of the run.
      let offloads: String
      /// What was asked for and the kernel does not have.
      let refusedOffloads: String
      let framesRead: Int
      let octetsRead: Int
      let superFramesRead: Int
      let superFrameOctetsRead: Int
      let passed: Int
      let superFramesPassed: Int
      let sentWhole: Int
      let checksumsCompleted: Int
      let segmentedByHardware: Int
      let segmentedBySoftware: Int
      let segments: Int
      let dropped: Int
      let droppedForHeader: Int
      let droppedForSegmentCount: Int
      let droppedByNic: Int
      let framesWritten: Int
      let octetsWritten: Int
      let superFramesWritten: Int
      let coalescedFramesWritten: Int
      let longestFrameWritten: Int
      let noRoom: Int
      let notReady: Int
      let tooLong: Int
      let refused: Int
    }

    let version: Int
    let seconds: Double
    /// Nanoseconds of virtual time; absent without one.
    let virtualNanoseconds: UInt64?
    let left: Side
    let right: Side
    /// From the left to the right and back; absent for a perfect wire.
    let leftToRight: TransmitSummary.LinkCounters?
    let rightToLeft: TransmitSummary.LinkCounters?
    /// Lines of standard input that were taken.
    let requests: [String]
    /// What the set-GSO callbacks were told.
    let callbacks: [BridgeLog.Callback]

    init(
      _ loop: BridgeLoop, _ clock: BridgeClock, _ sides: [BridgeSide],
      _ wires: (ImpairmentCounters, ImpairmentCounters)?, seed: UInt64,
      _ callbacks: [BridgeLog.Callback]
    ) {
      version = Self.jsonVersion
      seconds = Double(loop.elapsed) / 1e9
      virtualNanoseconds = clock.virtualTime
      (left, right) = (Side(sides[0]), Side(sides[1]))
      leftToRight = wires.map { .init($0.0, seed: seed) }
      rightToLeft = wires.map { .init($0.1, seed: seed) }
      (requests, self.callbacks) = (loop.requests, callbacks)
    }
  }

  extension BridgeSummary.Side {
    fileprivate init(_ side: BridgeSide) {
      let counters = side.side.counters
      end = side.place
      offloads = "\(side.side.end.offloads)"
      refusedOffloads = "\(EndSpecification.refused(by: side.side.end))"
      (framesRead, octetsRead) = (counters.framesRead, counters.octetsRead)
      superFramesRead = counters.superFramesRead
      superFrameOctetsRead = counters.superFrameOctetsRead
      (passed, superFramesPassed) = (counters.passed, counters.superFramesPassed)
      (sentWhole, checksumsCompleted) = (counters.sentWhole, counters.checksumsCompleted)
      segmentedByHardware = counters.segmentedByHardware
      segmentedBySoftware = counters.segmentedBySoftware
      segments = counters.segments
      dropped = counters.dropped
      droppedForHeader = counters.droppedForHeader
      droppedForSegmentCount = counters.droppedForSegmentCount
      droppedByNic = counters.droppedByNIC
      (framesWritten, octetsWritten) = (counters.framesWritten, counters.octetsWritten)
      superFramesWritten = counters.superFramesWritten
      coalescedFramesWritten = counters.coalescedFramesWritten
      longestFrameWritten = counters.longestFrameWritten
      (noRoom, notReady) = (counters.noRoom, counters.notReady)
      (tooLong, refused) = (counters.tooLong, counters.refused)
    }

    /// Two lines for people.
    fileprivate func text(_ name: String) -> String {
      var text = "\(name) \(end): offloads \(offloads)\n"
      text += "  sent      \(counted(framesRead, "frame")), \(octetsRead) octets"
      text += list([
        (superFramesRead, "to segment"), (passed, "passed unsegmented"),
        (segmentedByHardware, "segmented by hardware"),
        (segmentedBySoftware, "segmented by software"), (segments, "segments"),
        (checksumsCompleted, "with the checksum completed"), (sentWhole, "whole"),
        (dropped, "dropped"), (droppedForHeader, "of them for their header"),
        (droppedForSegmentCount, "of them for their segments"),
        (droppedByNic, "of them by the NIC"),
      ])
      text += "  received  \(counted(framesWritten, "frame")), \(octetsWritten) octets"
      text += list([
        (superFramesWritten, "unsegmented"), (coalescedFramesWritten, "coalesced"),
        (noRoom, "without room"), (notReady, "while it was down"), (tooLong, "too long"),
        (refused, "refused by the kernel"),
      ])
      return text
    }

    private func list(_ items: [(Int, String)]) -> String {
      let parts = items.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      return (parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")) + "\n"
    }
  }

  extension BridgeSummary {
    /// The summary for people.
    var text: String {
      var text = left.text("left") + right.text("right")
      for (name, wire) in [("left to right", leftToRight), ("right to left", rightToLeft)] {
        guard let wire else { continue }
        text += "wire \(name): \(wire.sent) sent, \(wire.lost) lost, "
        text += "\(wire.duplicated) duplicated, \(wire.corrupted) corrupted, "
        text += "\(wire.heldBack) held back, \(wire.delivered) delivered\n"
      }
      if let virtualNanoseconds {
        text += "virtual time: \(Decimal(virtualNanoseconds) / 1_000_000_000) s"
        text += " in \(String(format: "%.1f", seconds)) s of this machine\n"
      }
      return text
    }
  }
#endif
