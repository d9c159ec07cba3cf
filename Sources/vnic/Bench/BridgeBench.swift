#if os(Linux)
  import GsoEngine
  import LinuxWire
  import NetAdapterCore
  import VirtualNIC
  import WireFormats

  /// Does the jobs of a bridge between two kernels, which are memory here.
  struct BridgeBench: SampledBench, ~Copyable {
    private var memory: BenchMemory
    private let yardstick: Yardstick
    private let bridge: WireBridge
    private let left: MemoryEnd
    private let right: MemoryEnd

    init(_ job: BenchJob, _ frame: BenchFrame, _ yardstick: Yardstick) throws {
      let isWhole = job == .bridgeWhole
      let frame =
        isWhole
        ? BenchFrame(
          name: frame.name, frame.kind, payload: 0, segmentSize: frame.segmentSize, tags: 0) : frame
      let memory = BenchMemory(frame, .hot, rotating: 1)
      let left = MemoryEnd(takes: .all)
      let right = MemoryEnd(takes: job == .bridge ? [] : .all)
      left.frame = Self.octets(memory)
      if !isWhole {
        let plan = try SegmentationPlan(
          of: left.frame, tunnels: .wellKnown,
          request: SegmentationRequest(segmentSize: frame.segmentSize))
        let handOff = try VirtioHandOff(left.frame, segmentedAs: plan)
        (left.header, left.frame) = (handOff.header, handOff.frame)
      }
      bridge = try WireBridge(
        WireSide(left, try Self.nic(frame)), WireSide(right, try Self.nic(frame)))
      (self.left, self.right) = (left, right)
      self.memory = memory
      self.yardstick = yardstick
    }

    private static func octets(_ memory: borrowing BenchMemory) -> [UInt8] {
      memory.sources[0].array()
    }

    private static func nic(_ frame: BenchFrame) throws -> VirtualNIC {
      let nic = try VirtualNIC(
        macAddress: MACAddress(0x02_00_00_00_00_01), mtu: frame.fullSegmentLength)
      try nic.adapter.setGsoCapabilities(BenchNIC.hardware)
      try nic.start()
      return nic
    }

    var frame: BenchFrame { memory.frame }
    var framesPerPass: Int { 1 }

    mutating func run(passes: Int) throws {
      for _ in 0..<passes {
        left.isWaiting = true
        try bridge.process(at: .start)
      }
    }

    mutating func runYardstick(passes: Int) {
      let segments = 0..<memory.frame.segmentCount
      for _ in 0..<passes {
        // SAFETY: outputs are made for the frame, and the access to this value is exclusive.
        unsafe yardstick.run(
          memory.frame, segments, memory.sources[0], to: memory.outputs.unprotected(0))
      }
    }

    mutating func verify(_ job: BenchJob) throws -> Int {
      right.records = true
      try run(passes: 1)
      right.records = false
      if job == .bridge {
        let check = BenchCheck(frame, .copyAndSums)
        let octets = right.octets
        if octets.count != frame.outputLength {
          throw Failure("\(job.title): \(octets.count) octets, not \(frame.outputLength)")
        }
        if let fault = check.fault(in: octets.octets, of: memory.sources[0]) {
          throw Failure("\(job.title): wrong output: \(fault)")
        }
      } else if right.headers != [left.header] || right.octets != left.frame {
        throw Failure("\(job.title): the frame was not passed on as it was")
      }
      return 1
    }
  }

  /// A kernel that sends one frame over and over, and looks at nothing that it gets.
  private final class MemoryEnd: BatchSendingWireEnd {
    let offloads: WireOffloads
    var header = VirtioNetHeader()
    var frame: [UInt8] = []
    /// Whether the frame is to be taken.
    var isWaiting = false
    /// Whether what it gets is kept.
    var records = false
    private(set) var headers: [VirtioNetHeader] = []
    private(set) var octets: [UInt8] = []

    init(takes offloads: WireOffloads) { self.offloads = offloads }

    var descriptors: [Int32] { [] }

    func process(
      limit: Int, _ body: (VirtioNetHeader, RawSpan) -> Void
    ) throws(WireEndError) -> Int {
      guard isWaiting else { return 0 }
      isWaiting = false
      let frame = frame
      body(header, frame.octets)
      return 1
    }

    func send(
      _ header: VirtioNetHeader, _ frame: RawSpan
    ) throws(WireEndError) -> WireSendResult {
      if records {
        headers.append(header)
        octets += frame.array()
      }
      return .sent
    }

    func send(
      _ frames: FrameBatch, sent: inout Int
    ) throws(WireEndError) -> WireSendResult {
      if records {
        headers += (sent..<frames.count).map { _ in VirtioNetHeader() }
        octets += frames.octets.array()
      }
      sent = frames.count
      return .sent
    }

    func close() {}
  }
#endif
