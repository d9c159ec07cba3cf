import Foundation

/// One line of the result.
struct BenchRow: Encodable {
  let job: String
  let frame: String
  let workingSet: String
  let kernel: String
  let segments: Int
  /// Median over the quiet pairs.
  let nanosecondsPerFrame: Double
  let nanosecondsPerSegment: Double
  /// Median ratio to the `memcpy` of the same payload timed right before; all pairs.
  let timesMemcpy: Double
  /// The same, of the pairs whose `memcpy` was within 15 % of the best one.
  let quietTimesMemcpy: Double
  let quietPairs: Int
  let pairs: Int
  /// How many outputs were checked; all of them were right.
  let verifiedOutputs: Int
  /// How many times as fast as one thread; two cores only.
  var timesOneCore: Double?
  /// How many times as fast as one thread two threads are at `memcpy`: what the machine gives; two
  /// cores only.
  var memcpyTimesOneCore: Double?
  /// NICs in the process; many NICs only, as the next two.
  var nics: Int?
  /// Memory of a NIC that has sent frames, in octets; nil if the system does not tell.
  var octetsPerNIC: Double?
  /// Time of the first frame of a NIC over that of a later one.
  var firstFrameTimesLater: Double?
  /// Cost of an octet of payload.
  let nanosecondsPerOctet: Double

  init(
    _ job: BenchJob, _ frame: BenchFrame, _ set: WorkingSet, kernel: String, _ samples: BenchPairs,
    framesPerSample: Int, verified: Int
  ) {
    (self.job, self.frame, workingSet) = (job.title, frame.name, set.title)
    (self.kernel, segments) = (kernel, frame.segmentCount)
    let time = samples.time / Double(framesPerSample)
    nanosecondsPerFrame = time
    nanosecondsPerSegment = time / Double(frame.segmentCount)
    nanosecondsPerOctet = time / Double(max(1, frame.payloadLength))
    (timesMemcpy, quietTimesMemcpy) = (samples.ratio, samples.quietRatio)
    (quietPairs, pairs) = (samples.quiet.count, samples.pairs.count)
    verifiedOutputs = verified
  }

  /// All rows for scripts.
  static func json(_ rows: [BenchRow]) throws -> String {
    try jsonText(Document(rows: rows))
  }

  /// What `--json` prints.
  private struct Document: Encodable {
    let version = jsonVersion
    let rows: [BenchRow]
  }

  /// All rows for people, and how to read them.
  static func table(_ rows: [BenchRow]) -> String {
    heading + rows.map(\.text).joined() + """

      "x memcpy" is the time of a frame over that of a `memcpy` of its payload to the same places;
      "quiet" leaves out samples during which the machine was busy. Kernel: \
      \(rows.first?.kernel ?? "none"); all outputs were checked.

      """
  }

  private static let heading =
    padded("job", 22) + padded("frame", 21) + padded("memory", 12) + aligned("segments", 8)
    + aligned("ns/frame", 11) + aligned("ns/segment", 11) + aligned("x memcpy", 10)
    + aligned("quiet", 7) + "\n"

  var text: String {
    padded(job, 22) + padded(frame, 21) + padded(workingSet, 12) + aligned("\(segments)", 8)
      + aligned(Self.decimal(nanosecondsPerFrame, 0), 11)
      + aligned(Self.decimal(nanosecondsPerSegment, 1), 11)
      + aligned(Self.decimal(timesMemcpy, 2), 10) + aligned(Self.decimal(quietTimesMemcpy, 2), 7)
      + twoCoresText + nicsText + "\n"
  }

  private var nicsText: String {
    guard let nics, let firstFrameTimesLater else { return "" }
    let memory = octetsPerNIC.map { ", \(Self.decimal($0, 0)) octets each" } ?? ""
    return "  \(nics) NICs\(memory), "
      + "first frame \(Self.decimal(firstFrameTimesLater, 2)) x a later one"
  }

  private var twoCoresText: String {
    guard let timesOneCore, let memcpyTimesOneCore else { return "" }
    return "  \(Self.decimal(timesOneCore, 2)) x one core, "
      + "memcpy \(Self.decimal(memcpyTimesOneCore, 2)) x"
  }

  private static func decimal(_ value: Double, _ places: Int) -> String {
    String(format: "%.\(places)f", value)
  }
}
