import GsoEngine
import NetAdapterCore
import VirtualNIC
import WireFormats

/// Does the jobs that run on one thread, with the library's public interface and nothing else.
struct BenchWork: ~Copyable {
  var memory: BenchMemory
  private let yardstick: Yardstick
  private let nic: BenchNIC

  init(_ memory: consuming BenchMemory, _ yardstick: Yardstick) throws {
    nic = try BenchNIC(memory.frame)
    self.memory = memory
    self.yardstick = yardstick
  }

  /// How segments of this frame are asked for.
  static func request(for job: BenchJob, _ frame: BenchFrame) -> SegmentationRequest {
    SegmentationRequest(
      segmentSize: frame.segmentSize, checksum: job.writesPartialHeaders ? .pseudoHeader : .complete
    )
  }

  /// Does a job with all frames, over and over.
  mutating func run(_ job: BenchJob, passes: Int) throws {
    let request = Self.request(for: job, memory.frame)
    if job == .plan { return try plan(by: request, passes: passes) }
    for _ in 0..<passes {
      for index in 0..<memory.frameCount {
        try Self.run(job, request, nic, memory.sources, &memory.outputs, index)
      }
    }
  }

  /// Plans all frames, over and over; how many segments they get is the only result.
  private func plan(by request: SegmentationRequest, passes: Int) throws {
    var plannedSegments = 0
    for _ in 0..<passes {
      for index in 0..<memory.frameCount {
        let plan = try SegmentationPlan(
          of: memory.sources[index], tunnels: .wellKnown, request: request)
        plannedSegments &+= plan.count
      }
    }
    let expected = passes * memory.frameCount * memory.frame.segmentCount
    guard plannedSegments == expected else {
      throw Failure("\(plannedSegments) segments were planned, not \(expected)")
    }
  }

  /// Does a job with one frame; what an emulated NIC sends is recorded, and what is planned is
  /// rendered.
  mutating func run(_ job: BenchJob, frame index: Int) throws {
    let request = Self.request(for: job, memory.frame)
    nic.recordsSegments = true
    try Self.run(job, request, nic, memory.sources, &memory.outputs, index)
    nic.recordsSegments = false
    if job == .wholeNIC { nic.copyRecordedSegments(to: &memory.outputs, index) }
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

  @inline(__always)
  private static func run(
    _ job: BenchJob, _ request: SegmentationRequest, _ nic: BenchNIC,
    _ sources: borrowing BenchOctets, _ outputs: inout BenchOctets, _ index: Int
  ) throws {
    let source = sources[index]
    if job == .wholeNIC { return nic.transmit(source) }
    if job == .headersThroughC {
      var output = outputs.writing(index)
      return try CBench.renderHeaders(source, request, into: &output)
    }
    let plan = try SegmentationPlan(of: source, tunnels: .wellKnown, request: request)
    var output = outputs.writing(index)
    if job == .copyAndSums {
      try plan.render(source, into: &output)
    } else {
      try plan.renderHeaders(source, into: &output)
    }
  }
}
