import GsoEngine
import LinuxWire
import VirtualNIC
import WireFormats

/// Two NICs and the wires between them, in virtual time: whether super-frames are passed on or
/// segmented changes again and again, and the wires lose, delay and reorder.
///
/// All of it comes from a seed.
final class SeededWorld: VirtualTimeWorld {
  /// One hash over every frame and its time: when it came from a guest, and when it arrived.
  private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var frames = 0
  private(set) var superFrames = 0
  private(set) var segments = 0
  private(set) var passed = 0
  private(set) var refused: [String] = []
  var lost: Int { wires.reduce(0) { $0 + $1.counters.lost } }
  var heldBack: Int { wires.reduce(0) { $0 + $1.counters.heldBack } }
  private var wires: [ImpairedLink] = []
  private var arena: SegmentArena
  private let ends: [VhostUserBackend]
  private let flip: UInt64
  private weak var calendar: VirtualTimeCalendar?

  /// For `flip` nanoseconds super-frames are passed on, and then for as many they are segmented.
  init(
    seed: UInt64, impairments: Impairments, flip: UInt64, ends: [VhostUserBackend]
  ) throws {
    (self.ends, self.flip) = (ends, flip)
    arena = try SegmentArena(byteCount: 1 << 22)
    for side in 0...1 {
      let arrival = ClosureLink { [unowned self] octets, time in
        mix(octets, time)
        guard let header = try? VirtioNetHeader(parsing: octets) else { return }
        calendar?.deliver(header, octets.extracting(droppingFirst: 12), to: side)
      }
      wires.append(ImpairedLink(impairments, seed: seed &+ UInt64(side), next: arrival))
    }
  }

  func receive(
    _ header: VirtioNetHeader, _ frame: RawSpan, from end: Int, at time: VirtualTime,
    _ calendar: VirtualTimeCalendar
  ) {
    self.calendar = calendar
    mix(frame, time)
    frames += 1
    let isSuper = header.gsoType != .none
    if isSuper { superFrames += 1 }
    let wire = wires[1 - end]
    guard isSuper, time.nanoseconds / flip % 2 == 1 else {
      if isSuper { passed += 1 }
      wire.send(header.octets() + array(frame), at: time)
      return
    }
    do {
      guard case .segmentation(let plan) = try OffloadAction(on: frame, describedBy: header) else {
        return
      }
      arena.reset()
      try plan.render(frame, into: &arena)
      segments += arena.count
      for index in 0..<arena.count {
        wire.send(VirtioNetHeader().octets() + array(arena[index]), at: time)
      }
    } catch {
      refused.append("\(error)")
    }
  }

  var nextEvent: VirtualTime? { wires.compactMap(\.nextArrival).min() }

  func advance(to time: VirtualTime, _ calendar: VirtualTimeCalendar) {
    self.calendar = calendar
    for wire in wires { wire.advance(to: time) }
  }

  /// Adds the time, the length and the octets, eight at a time.
  private func mix(_ octets: RawSpan, _ time: VirtualTime) {
    var value = hash
    func add(_ word: UInt64) {
      value = (value ^ word) &* 0x100_0000_01B3
      value ^= value >> 29
    }
    add(time.nanoseconds)
    add(UInt64(octets.byteCount))
    // SAFETY: each load ends within the octets.
    unsafe octets.withUnsafeBytes { bytes in
      let whole = bytes.count & ~7
      for offset in stride(from: 0, to: whole, by: 8) {
        unsafe add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
      for offset in whole..<bytes.count { unsafe add(UInt64(bytes[offset])) }
    }
    hash = value
  }
}
