import GsoEngine
import VirtualNICTesting
import WireFormats

/// Does the jobs of a coalescer: segments of frames become those frames again.
///
/// The segments lie where `memcpy` puts the payload of the yardstick, which changes none of their
/// octets.
struct CoalescingBench: SampledBench, ~Copyable {
  /// Flows of ``BenchJob/coalesceFlows``.
  static let flowCount = 64

  private var memory: BenchMemory
  private let yardstick: Yardstick
  private var coalescer: Coalescer

  init(_ job: BenchJob, _ frame: BenchFrame, _ yardstick: Yardstick) throws {
    let flows = job == .coalesceFlows ? Self.flowCount : 1
    // A frame without payload is a segment that merges with nothing.
    let frame =
      job == .alone
      ? BenchFrame(
        name: frame.name, frame.kind, payload: 0, segmentSize: frame.segmentSize, tags: 0) : frame
    var memory = BenchMemory(frame, .bothCold, rotating: flows)
    try Self.makeSegments(frame, &memory.sources, &memory.outputs)
    coalescer = try Coalescer()
    self.memory = memory
    self.yardstick = yardstick
  }

  /// What the frames are like.
  var frame: BenchFrame { memory.frame }

  /// Number of frames that a pass of a job handles.
  var framesPerPass: Int { memory.frameCount }

  /// Segments the frame of each flow, which have ports of their own.
  private static func makeSegments(
    _ frame: BenchFrame, _ sources: inout BenchOctets, _ outputs: inout BenchOctets
  ) throws {
    let request = SegmentationRequest(segmentSize: frame.segmentSize)
    for index in 0..<sources.slotCount {
      let port = UInt16(truncatingIfNeeded: 50_000 + index).bigEndian
      var source = sources.writing(index)
      source.storeBytes(of: port, toByteOffset: frame.transport, as: UInt16.self)
      let plan = try SegmentationPlan(of: sources[index], tunnels: .wellKnown, request: request)
      var output = outputs.writing(index)
      try plan.render(sources[index], into: &output)
    }
  }

  /// Merges the segments of all frames, those of different flows in turn, over and over.
  mutating func run(passes: Int) {
    Self.run(memory.frame, memory.outputs, &coalescer, passes: passes) { _ in }
  }

  private static func run(
    _ frame: BenchFrame, _ outputs: borrowing BenchOctets, _ coalescer: inout Coalescer,
    passes: Int, _ deliver: (CoalescedUnit) -> Void
  ) {
    let segments = (0..<frame.segmentCount).map { index in
      let payload = frame.payloadRange(of: index)
      let start = payload.lowerBound + index * frame.headerLength
      return start..<(start + frame.headerLength + payload.count)
    }
    let first = outputs[0]
    for _ in 0..<passes {
      for segment in segments {
        coalescer.receive(first.extracting(segment), deliver)
        for flow in 1..<outputs.slotCount {
          coalescer.receive(outputs[flow].extracting(segment), deliver)
        }
      }
      coalescer.endBatch(deliver)
    }
  }

  /// Copies the payload of all frames with `memcpy`, over and over.
  mutating func runYardstick(passes: Int) {
    let segments = 0..<memory.frame.segmentCount
    for _ in 0..<passes {
      for index in 0..<memory.frameCount {
        // SAFETY: outputs are made for the frame, and the access to this value is exclusive.
        unsafe yardstick.run(
          memory.frame, segments, memory.sources[index], to: memory.outputs.unprotected(index))
      }
    }
  }

  /// Does the job once more, and compares what was merged with the frames.
  ///
  /// - Returns: How many frames were compared.
  /// - Throws: ``Failure`` that says which field is wrong.
  mutating func verify(_ job: BenchJob) throws -> Int {
    var merged: [[UInt8]] = []
    Self.run(memory.frame, memory.outputs, &coalescer, passes: 1) {
      merged.append($0.frame.array())
    }
    guard merged.count == memory.frameCount else {
      throw Failure("\(job.title): \(merged.count) frames, not \(memory.frameCount)")
    }
    for (index, octets) in merged.enumerated() {
      let source = memory.sources[index].array()
      let wrong = differences(expected: [source], actual: [octets]).filter {
        !$0.field.hasSuffix("hecksum")
      }
      if let fault = (wrong + frameFaults(octets)).first {
        throw Failure("\(job.title): wrong output: \(fault)")
      }
    }
    return merged.count
  }
}
