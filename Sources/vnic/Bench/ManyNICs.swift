import Foundation
import VirtualNIC
import WireFormats

/// Many NICs in one process that send in turn, and have the memory of their segments in common.
struct ManyNICs: ~Copyable {
  /// NICs without `--nics`.
  static let usualCount = 100_000

  private var memory: BenchMemory
  private var nics: [BenchNIC] = []
  /// Resident memory before there were NICs, in octets; nil if the system does not tell.
  private var residentBefore: UInt64?

  /// Makes and starts NICs.
  init(_ frame: BenchFrame, count: Int) throws {
    memory = BenchMemory(frame, .hot, rotating: 1)
    let pool = ArenaPool()
    let first = try BenchNIC(frame, pool: pool)
    // What the first one needs it needs for all.
    first.transmit(memory.sources[0])
    nics.reserveCapacity(count)
    residentBefore = residentMemory()
    for _ in 0..<count { nics.append(try BenchNIC(frame, pool: pool, withLinksOf: first)) }
  }

  /// Memory that each NIC has taken, in octets; nil if the system does not tell.
  var octetsPerNIC: Double? {
    guard let residentBefore, let now = residentMemory() else { return nil }
    return Double(now - min(now, residentBefore)) / Double(nics.count)
  }

  /// Lets each NIC send a frame.
  func run() { for nic in nics { nic.transmit(memory.sources[0]) } }

  /// Copies the payload of as many frames with `memcpy`.
  mutating func runYardstick(_ yardstick: Yardstick) {
    let segments = 0..<memory.frame.segmentCount
    for _ in nics {
      // SAFETY: outputs are made for the frame, and the access to this value is exclusive.
      unsafe yardstick.run(
        memory.frame, segments, memory.sources[0], to: memory.outputs.unprotected(0))
    }
  }

  /// Lets a few NICs send once more, and checks all octets.
  ///
  /// - Returns: How many outputs were checked.
  /// - Throws: ``Failure`` that says what is wrong with which octet.
  mutating func verify() throws -> Int {
    let check = BenchCheck(memory.frame, .wholeNIC)
    let checked = [0, nics.count / 2, nics.count - 1]
    for index in checked {
      memory.outputs.spoil()
      nics[index].recordsSegments = true
      nics[index].transmit(memory.sources[0])
      nics[index].recordsSegments = false
      nics[index].copyRecordedSegments(to: &memory.outputs, 0)
      if let fault = check.fault(in: memory.outputs[0], of: memory.sources[0]) {
        throw Failure("\(BenchJob.nics.title): wrong output of NIC \(index): \(fault)")
      }
    }
    return checked.count
  }
}

extension BenchRunner {
  /// Times frames of many NICs, each sample right after one of the yardstick.
  func manyNICsRow(_ frame: BenchFrame, count: Int) throws -> BenchRow {
    var bench = try ManyNICs(frame, count: count)
    let firstFrames = nanoseconds { bench.run() }
    let octetsPerNIC = bench.octetsPerNIC
    var samples = BenchPairs()
    for _ in 0..<rounds {
      samples.add(
        yardstick: nanoseconds { bench.runYardstick(yardstick) }, job: nanoseconds { bench.run() })
    }
    var row = BenchRow(
      .nics, frame, .hot, kernel: kernel, samples, framesPerSample: count,
      verified: try bench.verify())
    row.nics = count
    row.octetsPerNIC = octetsPerNIC
    row.firstFrameTimesLater = firstFrames / samples.time
    return row
  }
}
