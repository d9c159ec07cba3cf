import CVnic
import GsoEngine
import TestSupport
import VirtualNICTesting
import XCTest

/// Two NICs with a wire between them, through the functions of C, which can be saved at any step.
final class StateRun {
  private(set) var left: OpaquePointer?
  private(set) var right: OpaquePointer?
  private var wire: OpaquePointer?
  /// Frames that arrived, with what is known of them.
  private(set) var log: [String] = []
  private var time: UInt64 = 0
  private var random: SeededGenerator
  private let segments: [[UInt8]]

  private var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  private static let receive: vnic_receive = { context, frame, size, metadata, time in
    let run = Unmanaged<StateRun>.fromOpaque(context!).takeUnretainedValue()
    let octets = [UInt8](UnsafeRawBufferPointer(start: frame, count: size))
    let (layer4, count) = (metadata!.pointee.layer4, metadata!.pointee.coalesced_segments)
    run.log.append("\(time): \(layer4), \(count), \(octets)")
  }

  init(seed: UInt64) throws {
    random = SeededGenerator(seed: seed)
    let frame = tcpFrame(payload: 3_000)
    segments = try SegmentationPlan(of: frame, request: .init(segmentSize: 100)).frames(of: frame)
    left = try makeNIC(1)
    right = try makeNIC(2)
    var config = vnic_wire_config()
    config.size = UInt32(MemoryLayout<vnic_wire_config>.size)
    (config.seed, config.loss_rate, config.duplication_rate) = (seed, 0.1, 0.1)
    (config.reordering_rate, config.reordering_delay) = (0.1, 3_000)
    (config.delay, config.bandwidth, config.receiver) = (4_000, 1_000_000_000, right)
    try check { vnic_wire_create(&wire, &config, $0) }
    try check { vnic_nic_connect(left, wire, $0) }
  }

  deinit { destroy() }

  private func destroy() {
    vnic_nic_destroy(left)
    vnic_wire_destroy(wire)
    vnic_nic_destroy(right)
    (left, wire, right) = (nil, nil, nil)
  }

  private func makeNIC(_ last: UInt8) throws -> OpaquePointer? {
    var config = vnic_nic_config()
    config.size = UInt32(MemoryLayout<vnic_nic_config>.size)
    (config.mtu, config.mac_address) = (1_500, (2, 0, 0, 0, 0, last))
    (config.receive, config.context) = (Self.receive, context)
    var nic: OpaquePointer?
    try check { vnic_nic_create(&nic, &config, $0) }
    var (gso, rsc) = (Self.gso, Self.rsc)
    try check { vnic_nic_set_gso(nic, &gso, $0) }
    try check { vnic_nic_set_rsc(nic, &rsc, $0) }
    try check { vnic_nic_set_rx_checksum(nic, { _, _, _ in }, nil, $0) }
    var coalescing = vnic_receive_coalescing()
    coalescing.size = UInt32(MemoryLayout<vnic_receive_coalescing>.size)
    (coalescing.flow_capacity, coalescing.has_window, coalescing.window) = (2, 1, 20_000)
    try check { vnic_nic_set_receive_coalescing(nic, &coalescing, $0) }
    try check { vnic_nic_start(nic, $0) }
    return nic
  }

  static var gso: vnic_gso_capabilities {
    var gso = vnic_gso_capabilities()
    gso.size = UInt32(MemoryLayout<vnic_gso_capabilities>.size)
    (gso.layer3, gso.layer4, gso.set_gso) = (15, 7, { _, _, _ in })
    (gso.maximum_offload_size, gso.minimum_segment_count) = (65_536, 2)
    return gso
  }

  static var rsc: vnic_rsc_capabilities {
    var rsc = vnic_rsc_capabilities()
    rsc.size = UInt32(MemoryLayout<vnic_rsc_capabilities>.size)
    (rsc.layer3, rsc.layer4, rsc.set_rsc) = (5, 5, { _, _, _ in })
    return rsc
  }

  /// Makes one step; errors of C are in the log.
  func advance() {
    do throws(CError) { try perform() } catch { log.append("\(error)") }
    log.append("\(vnic_nic_active(left)) \(vnic_nic_active(right)) \(vnic_nic_state(left))")
    var (counters, next) = (vnic_counters(), UInt64(0))
    counters.size = UInt32(MemoryLayout<vnic_counters>.size)
    for nic in [left, right] {
      _ = vnic_nic_get_counters(nic, &counters, nil)
      log.append("\(counters) \(vnic_nic_next_event(nic, &next)) \(next)")
    }
  }

  private func perform() throws(CError) {
    switch random.below(9) {
    case 0, 1:
      try send(tcpFrame(payload: random.within(0...5_000)), random.pick([0, 500, 1_448]))
    case 2, 3, 4:
      let first = random.within(0...segments.count - 1)
      let batch = segments[first...].prefix(3)
      for segment in batch {
        try CFrame(segment).withBuffers { (frames, count) throws(CError) in
          try check { vnic_nic_receive(right, frames, count, time, $0) }
        }
      }
    case 5:
      try check { vnic_nic_state(left) == 2 ? vnic_nic_resume(left, $0) : vnic_nic_pause(left, $0) }
    case 6:
      let value = random.pick(["0", "1"])
      try check { vnic_nic_set_keyword(left, "*UsoIPv4", value, $0) }
      try check { vnic_nic_set_mtu(left, 1_400, $0) }
    default:
      time += UInt64(random.below(30_000))
      try check { vnic_nic_advance(left, time, $0) }
      try check { vnic_nic_advance(right, time, $0) }
    }
  }

  private func send(_ frame: [UInt8], _ segmentSize: UInt32) throws(CError) {
    var request = vnic_transmit_request()
    request.size = UInt32(MemoryLayout<vnic_transmit_request>.size)
    request.segment_size = segmentSize
    try CFrame(frame).withBuffers { (buffers, count) throws(CError) in
      try check { vnic_nic_transmit(left, buffers, count, &request, time, nil, $0) }
    }
  }

  /// Whether the right NIC holds frames.
  var isHolding: Bool { vnic_nic_next_event(right, nil) == 1 }

  /// Saves everything, releases it, and restores it.
  func saveAndRestore() throws(CError) {
    let (left, right, wire) = (self.left, self.right, self.wire)
    let saved = (
      left: try octets { vnic_nic_save(left, $0, $1, $2, $3) },
      right: try octets { vnic_nic_save(right, $0, $1, $2, $3) },
      wire: try octets { vnic_wire_save(wire, $0, $1, $2, $3) }
    )
    destroy()
    self.right = try restoredNIC(saved.right)
    var end = vnic_wire_end()
    end.size = UInt32(MemoryLayout<vnic_wire_end>.size)
    end.receiver = self.right
    var restored: OpaquePointer?
    try check { vnic_wire_restore(&restored, saved.wire, saved.wire.count, &end, $0) }
    self.wire = restored
    self.left = try restoredNIC(saved.left)
    try check { vnic_nic_connect(self.left, restored, $0) }
  }

  private func restoredNIC(_ state: [UInt8]) throws(CError) -> OpaquePointer? {
    var nic: OpaquePointer?
    try Self.withCode { (code) throws(CError) in
      (code.receive, code.context) = (Self.receive, context)
      try check { vnic_nic_restore(&nic, state, state.count, &code, $0) }
    }
    return nic
  }

  /// Runs `body` with the declarations of the NICs of a run.
  static func withCode(_ body: (inout vnic_nic_code) throws(CError) -> Void) throws(CError) {
    let result = withUnsafePointer(to: gso) { gso in
      withUnsafePointer(to: rsc) { rsc -> Result<Void, CError> in
        var code = vnic_nic_code()
        code.size = UInt32(MemoryLayout<vnic_nic_code>.size)
        (code.gso, code.rsc, code.set_rx_checksum) = (gso, rsc, { _, _, _ in })
        do throws(CError) { return .success(try body(&code)) } catch { return .failure(error) }
      }
    }
    try result.get()
  }
}

/// What a function of C saves: its length first, then into memory of that length.
func octets(
  _ save: (
    UnsafeMutableRawPointer?, Int, UnsafeMutablePointer<Int>?, UnsafeMutablePointer<vnic_error>
  ) -> Int32
) throws(CError) -> [UInt8] {
  var (needed, again) = (0, 0)
  do throws(CError) { try check { save(nil, 0, &needed, $0) } } catch {
    guard error == CError(code: 7, Int64(needed), 0) else { throw error }
  }
  var memory = [UInt8](repeating: 0xA5, count: needed + 1)
  do throws(CError) {
    try check { save(&memory, needed - 1, &again, $0) }
  } catch {
    precondition(error == CError(code: 7, Int64(needed), Int64(needed - 1)) && again == needed)
    precondition(memory.allSatisfy { $0 == 0xA5 }, "a call that fails writes nothing")
  }
  try check { save(&memory, needed, nil, $0) }
  precondition(memory[needed] == 0xA5, "octets after the state are written")
  return Array(memory.prefix(needed))
}
