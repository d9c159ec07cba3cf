import GsoEngine
import WireFormats

/// What happened to the frames of a capture, as `--json` prints it.
struct CoalesceSummary: Encodable {
  /// The version of the form.
  let version = jsonVersion
  let input: String
  let output: String
  let format: String
  let rules: String
  /// Microseconds.
  let window: Int
  let flows: Int
  /// Octets of the virtio-net header before each frame of the output; nil for none.
  let vnetHdr: Int?
  var framesRead = 0
  var framesWritten = 0
  /// Frames that were merged with others.
  var framesMerged = 0
  /// Frames that they became.
  var units = 0
  /// Frames of links that are not supported; they are unmodified.
  var foreign = ForeignFrames()
  /// Where the input is damaged.
  var damage: [DamageReport.Place] = []
  /// What the input has and the output leaves out.
  var omissions = Omissions()
  /// Why frames were not merged with those before them.
  var notMerged = NamedFrames()
  /// Why units of several frames ended.
  var unitEnds = CountedNames()
  /// Fields of frames that segmentation of the merged frames does not give back.
  var losses = CountedNames()
  /// The largest IP packet that was merged, in octets.
  var largestPacket = 0
  /// Octets of the input file.
  var octetsRead: UInt64 = 0
  /// Octets of the output file.
  var octetsWritten: UInt64 = 0
  /// How long it took, without the start of the program.
  var seconds = 0.0
  /// The most memory that the program had at one time, in octets; nil where the system does not
  /// tell.
  var peakMemory: UInt64?

  init(
    input: String, output: String, format: OutputFormat, rules: String, window: Int, flows: Int,
    headerForm: VirtioNetHeader.Form?
  ) {
    (self.input, self.output, self.format) = (input, output, format.rawValue)
    (self.rules, self.window, self.flows) = (rules, window, flows)
    vnetHdr = headerForm?.byteCount
  }

  /// Notes what was done with a frame.
  mutating func note(_ decision: CoalescingDecision, _ number: UInt64) {
    switch decision {
    case .merged, .held(after: nil): break
    case .held(let refusal?), .delivered(let refusal):
      notMerged.add(Self.category(of: refusal), number, refusal.description)
    }
  }

  /// Notes a unit of several frames.
  mutating func note(_ unit: CoalescedUnit, _ layout: PacketLayout?) {
    units += 1
    framesMerged += unit.metadata.segmentCount
    largestPacket = max(largestPacket, layout?.packetLength ?? 0)
    unitEnds.add(Self.category(of: unit.metadata.end), frames: 1)
  }
}

/// How often something was found, by name, in the order of the first time.
struct CountedNames: Encodable {
  struct Entry: Encodable {
    let name: String
    var count: Int
  }

  private(set) var entries: [Entry] = []

  func encode(to encoder: any Encoder) throws { try entries.encode(to: encoder) }

  mutating func add(_ name: String, frames count: Int) {
    if let index = entries.firstIndex(where: { $0.name == name }) {
      entries[index].count += count
    } else {
      entries.append(Entry(name: name, count: count))
    }
  }
}

/// Frames by reason, the first of them named.
struct NamedFrames: Encodable {
  struct Group: Encodable {
    struct Frame: Encodable {
      let number: UInt64
      let detail: String?
    }

    let reason: String
    var count = 0
    /// The first of them.
    var frames: [Frame] = []
  }

  /// Most frames that are named for one reason; further ones are only counted.
  private static let namedFrameLimit = 1_000

  private(set) var groups: [Group] = []

  func encode(to encoder: any Encoder) throws { try groups.encode(to: encoder) }

  mutating func add(_ reason: String, _ number: UInt64, _ detail: String? = nil) {
    let known = groups.firstIndex { $0.reason == reason }
    let index = known ?? groups.count
    if known == nil { groups.append(Group(reason: reason)) }
    groups[index].count += 1
    guard groups[index].frames.count < Self.namedFrameLimit else { return }
    groups[index].frames.append(Group.Frame(number: number, detail: detail))
  }
}
