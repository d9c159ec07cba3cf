public import NetAdapterCore
public import VirtualNIC
import WireFormats

/// Something that happens in a simulation.
public enum Event: Hashable, Sendable {
  /// A frame that a NIC received.
  case received(String, [UInt8], ReceivedMetadata, VirtualTime)
  /// Octets that passed the tap.
  case tapped(Int, VirtualTime)
  /// What a NIC did with a frame.
  case report(TransmitReport)
  /// Whether a queue took a frame, and how many more it takes.
  case posted(Bool, free: Int)
  /// What the rings of a queue have.
  case rings(outstanding: Int, fragments: Int)
  /// A frame that a queue completed.
  case completed(tag: Int, TransmitReport)
  /// A packet of a receive queue.
  case packet([UInt8], NetPacketChecksum, NetPacketRsc)
  /// An error.
  case refused(String)
  /// The counters of NICs and queues.
  case counters([NICCounters])
  /// The counters of wires, and when the next frame arrives.
  case links([ImpairmentCounters], next: VirtualTime?)
  /// When NICs deliver the frames that they hold.
  case deadlines([VirtualTime?])
  /// What is active, and what the registry says.
  case adapter(ActiveOffloads, ActiveOffloads, KeywordStore)
}

extension Event: CustomStringConvertible {
  /// One line, equal for equal events in every process.
  public var description: String {
    switch self {
    case .received(let side, let octets, let metadata, let time):
      "\(side) receives \(digest(octets)) at \(time.nanoseconds): \(metadata)"
    case .tapped(let count, let time): "tap: \(count) octets at \(time.nanoseconds)"
    case .report(let report): "sent: \(report)"
    case .posted(let isPosted, let free): "posted: \(isPosted), free \(free)"
    case .rings(let outstanding, let fragments): "rings: \(outstanding), free \(fragments)"
    case .completed(let tag, let report): "completed \(tag): \(report)"
    case .packet(let octets, let checksum, let rsc):
      "packet \(digest(octets)): \(checksum.layer4Evaluation), \(rsc.coalescedSegmentCount)"
    case .refused(let reason): "refused: \(reason)"
    case .counters(let counters): counters.map(\.description).joined(separator: "\n")
    case .links(let counters, let next):
      "links: \(counters), next \(next?.nanoseconds ?? 0)"
    case .deadlines(let times):
      "held until: " + times.map { $0.map { "\($0.nanoseconds)" } ?? "-" }.joined(separator: ", ")
    case .adapter(let active, let stack, let keywords):
      "active: \(active); stack: \(stack); "
        + Keyword.allCases.map { "\(keywords[$0].map { "\($0)" } ?? "-")" }.joined(separator: " ")
    }
  }

  /// The length and a hash (FNV-1a).
  private func digest(_ octets: [UInt8]) -> String {
    let hash = octets.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return "\(octets.count) octets \(String(hash, radix: 16))"
  }
}

/// What has happened since it was last asked.
final class EventLog {
  var events: [Event] = []

  func received(
    _ side: String, _ frame: RawSpan, _ metadata: ReceivedMetadata, _ time: VirtualTime
  ) {
    events.append(.received(side, frame.array(), metadata, time))
  }

  func tapped(_ frame: RawSpan, _ time: VirtualTime) {
    events.append(.tapped(frame.byteCount, time))
  }

  /// Runs `body`; what it throws is an event.
  func attempt(_ body: () throws -> Void) {
    do { try body() } catch { events.append(.refused("\(error)")) }
  }

  func takeAll() -> [Event] {
    defer { events = [] }
    return events
  }
}
