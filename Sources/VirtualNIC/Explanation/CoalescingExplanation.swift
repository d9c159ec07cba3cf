public import GsoEngine
internal import WireFormats

/// What a coalescer makes of received frames, and why, as a value to print or to draw.
///
/// It is ``Explanation`` backwards: frames of the wire become units, each the payload of its frames
/// one after the other.
///
/// ```swift
/// let explanation = try CoalescingExplanation(of: received, CoalescingRequest(window: 50_000))
/// explanation.frames[3].sentence                 // why frame 3 was merged, or not
/// explanation.units[0].changes.map(\.rule)       // those of all segments together, …
/// ```
///
/// All lengths are octets; frames and units are counted from 0.
public struct CoalescingExplanation: Hashable, Sendable, Encodable {
  /// A received frame.
  public struct Frame: Hashable, Sendable, Encodable {
    /// Its position among the frames, from 0.
    public let index: Int
    /// When it arrived, in nanoseconds.
    public let time: UInt64
    /// Length of the frame.
    public let frameLength: Int
    /// Octets of its payload; nil without a transport header.
    public let payloadLength: Int?
    /// Identification of the (inner) IPv4 header; nil over IPv6.
    public let identification: UInt16?
    /// Its TCP sequence number; nil for anything but TCP.
    public let sequenceNumber: UInt32?
    /// Its TCP flags: `ACK,PSH`; empty for anything but TCP.
    public let flags: String
    /// `merged` with a unit, `held` as the first of one, or `delivered` unmodified.
    public let decision: String
    /// The decision in one sentence, with its reason and the numbers.
    public let sentence: String
    /// The position of its unit in ``CoalescingExplanation/units``.
    public let unit: Int
    /// Where its payload starts in the frame of the unit; nil without payload in it.
    public let offsetInUnit: Int?
  }

  /// A frame that is delivered.
  public struct Unit: Hashable, Sendable, Encodable {
    /// Its position in the order of delivery, from 0.
    public let index: Int
    /// The frames that were merged, in the order of their payload.
    public let frames: [Int]
    /// Length of the frame.
    public let frameLength: Int
    /// Its headers, and what follows them.
    public let headers: [Explanation.Header]
    /// Octets of payload of its longest segment; 0 in a frame that was not held.
    public let segmentSize: Int
    /// Why it ended.
    public let end: String
    /// What is known about the checksums of the frames: `valid`, `partial`, `invalid`,
    /// `notChecked`.
    public let checksum: String
    /// The latest TCP timestamp value minus the earliest.
    public let timestampDelta: UInt32
    /// The header fields in which it differs from its frames.
    public let changes: [Explanation.Change]
  }

  /// The rules that are not those of Linux.
  public let ruleDifferences: [String]
  /// Nanoseconds that a unit may be held; nil for no limit of time.
  public let window: UInt64?
  /// The frames in the order of arrival.
  public let frames: [Frame]
  /// The units in the order of delivery.
  public let units: [Unit]
}

extension CoalescingExplanation {
  /// Coalesces frames, and notes what becomes of each.
  ///
  /// A frame whose transport checksum is partial counts as checked, as one that never left its
  /// host. At the end all units are delivered.
  ///
  /// - Parameters:
  ///   - arrivals: The frames and when they arrived, in order.
  ///   - request: How they are coalesced.
  /// - Throws: `CoalescingError.flowCapacityOutOfRange(_:)`.
  /// - Complexity: O(*n*) in the octets. Allocates.
  public init(
    of arrivals: [ArrivedFrame], _ request: CoalescingRequest
  ) throws(CoalescingError) {
    ruleDifferences = request.rules.difference(from: .linux).map(\.description)
    window = request.window
    var coalescer = try Coalescer(request)
    let layouts = arrivals.map { arrival in
      try? PacketLayout(
        parsing: arrival.octets.octets, link: request.link,
        tunnels: request.rules.tunnels == .opaque ? .none : request.recognition)
    }
    var decisions: [CoalescingDecision] = []
    var units: [Unit] = []
    for (arrival, layout) in zip(arrivals, layouts) {
      let octets = arrival.octets.octets
      decisions.append(
        coalescer.receive(
          octets, at: arrival.time.nanoseconds,
          hasPartialChecksum: layout?.transportChecksum(of: octets)?.isPartial == true
        ) { units.append(Unit($0, at: units.count, arrivals, layouts, request)) })
    }
    coalescer.flush { units.append(Unit($0, at: units.count, arrivals, layouts, request)) }
    self.units = units
    let places = Self.places(in: units, layouts)
    frames = decisions.indices.map { index in
      Frame(index, arrivals[index], layouts[index], decisions[index], places[index])
    }
  }

  /// Where a frame is in what is delivered.
  internal struct Place {
    var unit = 0
    var offset: Int?
  }

  private static func places(in units: [Unit], _ layouts: [PacketLayout?]) -> [Place] {
    var places = [Place](repeating: Place(), count: layouts.count)
    for unit in units {
      var offset = unit.headers.first { $0.layer == "payload" }?.offset
      for frame in unit.frames {
        let count = layouts[frame]?.payloadRange?.count ?? 0
        places[frame] = Place(unit: unit.index, offset: count > 0 ? offset : nil)
        offset = offset.map { $0 + count }
      }
    }
    return places
  }
}
