import GsoEngine
import PacketCapture
import VirtualNIC
import WireFormats

/// Everything about one frame: its fields, and what it is segmented into.
struct FrameDetail: Encodable {
  /// A line of the plan.
  struct Row: Encodable {
    let index: Int
    /// Octets of the transport payload, from its start.
    let start: Int
    let end: Int
    let frameLength: Int
    let identification: UInt16?
    let outerIdentification: UInt16?
    let sequenceNumber: UInt32?
    let flags: String
  }

  let version = InspectCommand.jsonVersion
  let frame: FrameReport
  let fields: [FieldRow]
  let plan: [Row]

  private enum CodingKeys: String, CodingKey { case version, frame, fields, plan }

  /// A frame of a link that is not supported.
  init(foreign record: CaptureRecord, time: Int64?) {
    frame = FrameReport(foreign: record, time: time)
    (fields, plan) = ([], [])
  }

  init(
    _ record: CaptureRecord, _ decision: SegmentDecision, limit: SizeLimit, time: Int64?
  ) {
    frame = FrameReport(record, decision, limit: limit, time: time)
    let headers = decision.layout.map { Explanation.headers(of: record.frame, layout: $0) } ?? []
    fields = headers.flatMap(FieldRow.rows)
    if case .segment(let plan, _) = decision.action {
      self.plan = plan.map { Self.row($0, plan) }
    } else {
      plan = []
    }
  }

  private static func row(_ segment: Segment, _ plan: SegmentationPlan) -> Row {
    let start = segment.payloadRange.lowerBound - plan.payloadRange.lowerBound
    return Row(
      index: segment.index, start: start, end: start + segment.payloadRange.count,
      frameLength: segment.frameLength, identification: segment.identification,
      outerIdentification: segment.outerIdentification, sequenceNumber: segment.sequenceNumber,
      flags: plan.offload == .lso ? "\(segment.tcpFlags)" : "")
  }

  /// For people.
  var text: String {
    var text = frame.text + "\n" + FieldRow.text(fields)
    guard !plan.isEmpty else { return text }
    text += "\n   index  octets              length      id  outer id    sequence  flags\n"
    for row in plan {
      let cells = [
        aligned("\(row.index)", 8), "  ", padded("\(row.start)..<\(row.end)", 18),
        aligned("\(row.frameLength)", 8), aligned(Self.text(row.identification), 8),
        aligned(Self.text(row.outerIdentification), 10),
        aligned(Self.text(row.sequenceNumber), 12), "  ", row.flags,
      ]
      text += cells.joined() + "\n"
    }
    return text
  }

  private static func text(_ number: (some BinaryInteger)?) -> String {
    number.map { "\($0)" } ?? "-"
  }
}
