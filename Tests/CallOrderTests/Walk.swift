import GsoEngine
import NetAdapterCore
import PacketCapture
import TestSupport
import VirtualNIC
import VirtualNICTesting
import WireFormats
import XCTest

/// Several NICs, and everything that can be called around them, in a random order.
final class Walk {
  var random: SeededGenerator
  /// The NICs with their links, queues and drivers.
  private(set) var stations: [Station] = []
  /// Arenas, headers, readers and writers, which stay from call to call.
  let memory = Memory()
  /// How often each call was made, and how often it threw.
  private(set) var made: [String: Int] = [:]
  private(set) var thrown: [String: Int] = [:]
  /// The calls so far, for the message of a failure.
  private(set) var trace: [String] = []
  /// The state that was saved last.
  private(set) var kept: [UInt8] = []
  /// What receivers and links may still call from within a delivery.
  private var answers = 0

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    for number in 0..<3 { stations.append(try Station(self, number)) }
  }

  /// Makes one call, chosen at random.
  func step(_ calls: [Call] = Call.all) {
    let call = random.pick(calls)
    made[call.name, default: 0] += 1
    trace.append(call.name)
    answers = 4
    do {
      try call.make(self)
    } catch {
      thrown[call.name, default: 0] += 1
      check(error, of: call.name)
    }
  }

  /// Keeps a state, for calls that take one.
  func keep(_ state: [UInt8]) { kept = state }

  /// Calls something from within a callback, a few times for each step.
  func answer(_ body: (Walk) throws -> Void) {
    guard answers > 0 else { return }
    answers -= 1
    do { try body(self) } catch { check(error, of: "within") }
  }

  /// Whatever is refused says so by an error of the library, with a sentence.
  private func check(_ error: any Error, of name: String) {
    switch error {
    case is AdapterError, is AdapterViolation, is QueueError, is NetFieldError,
      is SegmentationError, is CoalescingError, is MetadataError, is WireError, is LinkError,
      is CaptureError, is CaptureWriteError, is StateError, is SaveError, is RestoreError:
      XCTAssertFalse("\(error)".isEmpty, name)
    default: XCTFail("\(name): \(type(of: error)), \(error)")
    }
  }

  /// Brings everything to an end, and checks that nothing is lost.
  func finish() {
    for station in stations { station.finish() }
    for station in stations { station.link(QueueLink()) }
  }
}

// Random arguments: valid, extreme and stale ones.
extension Walk {
  /// A number as somebody would give it, or one that nobody should.
  func number(_ usual: ClosedRange<Int>) -> Int {
    random.oneIn(4)
      ? random.pick([.min, -1, 0, 1, .max, .max - 1, 1 << 40, 65_535, 65_536, 65_537])
      : random.within(usual)
  }

  /// A size that is not much memory: a usual one, or one that is refused.
  func size(_ usual: ClosedRange<Int>) -> Int {
    random.oneIn(5) ? random.pick([.min, -1, 0, .max, 1 << 40, 1 << 33]) : random.within(usual)
  }

  /// A number of flows: few, because each has memory for the longest unit, or one that is refused.
  func flowCapacity() -> Int {
    random.pick([.min, -1, 0, 1, 2, 3, 4, 8, 65_537, .max])
  }

  /// A time not far from the others, or an end of time.
  func time() -> VirtualTime {
    VirtualTime(
      nanoseconds: random.oneIn(20)
        ? random.pick([0, .max, .max - 1]) : UInt64(random.below(100_000)))
  }

  /// One of the NICs.
  func station() -> Station { random.pick(stations) }

  /// A frame: sound, damaged, truncated, of noise, or empty.
  func frame() -> [UInt8] {
    var profile = random.oneIn(4) ? RecipeProfile.tunnels : RecipeProfile.ethernet
    (profile.usualPayload, profile.largeOneIn, profile.links) = (2_500, 60, [.ethernet])
    var generator = RecipeGenerator(SeededGenerator(seed: random.next()), profile: profile)
    guard var octets = try? generator.next().recipe.octets else { return [] }
    switch random.below(8) {
    case 0: octets = Array(octets.prefix(random.below(octets.count + 1)))
    case 1:
      for _ in 0..<3 where !octets.isEmpty {
        octets[random.below(min(octets.count, 80))] ^= UInt8(1 << random.below(8))
      }
    case 2: octets = random.octets(random.pick([0, 1, 13, 60, 1_600]))
    default: break
    }
    return octets
  }

  func request() -> TransmitRequest {
    TransmitRequest(
      segmentSize: random.oneIn(3) ? 0 : number(100...1_460),
      checksums: .init(rawValue: random.integer()))
  }

  func rules() -> SegmentationRules {
    var rules = random.pick(SegmentationRules.presets).rules
    if random.oneIn(4) { rules.maximumTCPSegmentCount = number(1...100) }
    if random.oneIn(4) { rules.ipv6PayloadLength = .withoutExtensionHeaders }
    return rules
  }
}
