import CVnic
import GsoEngine
import TestSupport
import VirtualNICTesting
import XCTest

/// Saving and restoring through the functions of C.
final class StateTests: XCTestCase {
  func testSavingAndRestoringAtEveryStepChangesNothing() throws {
    var (held, frames) = (0, 0)
    for seed: UInt64 in 0..<60 {
      let (unsaved, saved) = (try StateRun(seed: seed), try StateRun(seed: seed))
      for step in 0..<25 {
        unsaved.advance()
        saved.advance()
        guard unsaved.log == saved.log else {
          let index = zip(unsaved.log, saved.log).enumerated().first { $1.0 != $1.1 }?.offset
          return XCTFail(
            "seed \(seed), step \(step), entry \(index ?? -1): \(unsaved.log.count) and "
              + "\(saved.log.count)")
        }
        if saved.isHolding { held += 1 }
        try saved.saveAndRestore()
      }
      frames += saved.log.count { $0.hasSuffix("]") }
    }
    XCTAssertGreaterThan(held, 200)
    XCTAssertGreaterThan(frames, 500)
  }

  private func state() throws -> [UInt8] {
    let run = try StateRun(seed: 1)
    for _ in 0..<10 { run.advance() }
    let nic = run.right
    return try octets { vnic_nic_save(nic, $0, $1, $2, $3) }
  }

  private func restore(
    _ state: [UInt8], _ change: (inout vnic_nic_code) -> Void = { _ in }
  ) throws(CError) {
    try StateRun.withCode { (code) throws(CError) in
      change(&code)
      var nic: OpaquePointer?
      defer { vnic_nic_destroy(nic) }
      try check { vnic_nic_restore(&nic, state, state.count, &code, $0) }
      try check { vnic_nic_advance(nic, .max, $0) }
    }
  }

  private func expect(
    _ code: Int32, _ sentence: String, line: UInt = #line, _ body: () throws(CError) -> Void
  ) {
    do throws(CError) {
      try body()
      XCTFail("accepted", line: line)
    } catch {
      XCTAssertEqual(error.code, code, line: line)
      XCTAssertEqual("\(error)", sentence, line: line)
    }
  }

  func testDeclarationsThatDiffer() throws {
    let state = try state()
    XCTAssertNoThrow(try restore(state))
    expect(861, "gso is not what it was when the state was saved") { () throws(CError) in
      try restore(state) { $0.gso = nil }
    }
    expect(861, "rsc is not what it was when the state was saved") { () throws(CError) in
      try restore(state) { $0.rsc = nil }
    }
    expect(861, "set_rx_checksum is not what it was when the state was saved") {
      () throws(CError) in try restore(state) { $0.set_rx_checksum = nil }
    }
    var gso = StateRun.gso
    gso.maximum_offload_size = 5_000
    withUnsafePointer(to: gso) { other in
      expect(861, "gso.maximum_offload_size is not what it was when the state was saved") {
        () throws(CError) in try restore(state) { $0.gso = other }
      }
    }
  }

  /// Every length, and every octet with another value: a code, or a NIC that works.
  func testOctetsThatAreNoState() throws {
    let state = try state()
    expect(801, "not a saved state: it begins with 0x0, not with 0x56535431") {
      () throws(CError) in try restore([UInt8](repeating: 0, count: 40))
    }
    expect(804, "the state needs 20 octets at octet 0, 0 are there") {
      () throws(CError) in try restore([])
    }
    for count in 0..<state.count {
      XCTAssertThrowsError(try restore(Array(state.prefix(count)))) {
        XCTAssertEqual(($0 as? CError)?.code, 804, "\(count)")
      }
    }
    for place in state.indices {
      var changed = state
      changed[place] ^= 0x11
      XCTAssertThrowsError(try restore(changed)) {
        XCTAssertTrue(801...806 ~= ($0 as? CError)?.code ?? 0, "\(place): \($0)")
      }
    }
    var end = vnic_wire_end()
    end.size = UInt32(MemoryLayout<vnic_wire_end>.size)
    var wire: OpaquePointer?
    expect(802, "the state at octet 4 is of kind 1, not of kind 8") { () throws(CError) in
      try check { vnic_wire_restore(&wire, state, state.count, &end, $0) }
    }
    XCTAssertNil(wire)
  }

  /// A NIC that is saved from within its callbacks, and one that a set callback destroys.
  func testCallsFromCallbacks() throws {
    final class Seen {
      var nic: OpaquePointer?
      var codes: [Int32] = []
      var states: [Int32] = []
    }
    let seen = Seen()
    let context = Unmanaged.passUnretained(seen).toOpaque()
    let state = try state()
    try StateRun.withCode { (code) throws(CError) in
      code.context = context
      code.receive = { context, _, _, _, _ in
        let seen = Unmanaged<Seen>.fromOpaque(context!).takeUnretainedValue()
        seen.codes.append(vnic_nic_save(seen.nic, nil, 0, nil, nil))
      }
      code.rx_checksum_context = context
      // The NIC is complete when its set callbacks run.
      code.set_rx_checksum = { context, nic, _ in
        let seen = Unmanaged<Seen>.fromOpaque(context!).takeUnretainedValue()
        seen.states.append(vnic_nic_state(nic))
      }
      try check { vnic_nic_restore(&seen.nic, state, state.count, &code, $0) }
      try CFrame(tcpFrame(payload: 0)).withBuffers { (frames, count) throws(CError) in
        try check { vnic_nic_receive(seen.nic, frames, count, 1 << 40, $0) }
      }
      vnic_nic_destroy(seen.nic)
      seen.nic = nil
      code.set_rx_checksum = { _, nic, _ in vnic_nic_destroy(nic) }
      var nic: OpaquePointer?
      let result = vnic_nic_restore(&nic, state, state.count, &code, nil)
      XCTAssertEqual(result, Int32(VNIC_ERROR_REENTERED))
      XCTAssertNil(nic)
    }
    XCTAssertEqual(Set(seen.codes), [852])
    XCTAssertEqual(seen.states, [1])
  }

  /// A coalescer goes on after every frame as one that was not saved.
  func testCoalescer() throws {
    final class Units {
      var found: [[UInt8]] = []
    }
    let units = [Units(), Units()]
    func make(_ index: Int) throws(CError) -> OpaquePointer? {
      var coalescer: OpaquePointer?
      let context = Unmanaged.passUnretained(units[index]).toOpaque()
      try check {
        vnic_coalescer_create(
          &coalescer, nil,
          { context, unit in
            let unit = unit!.pointee
            let octets = [UInt8](UnsafeRawBufferPointer(start: unit.octets, count: unit.length))
            Unmanaged<Units>.fromOpaque(context!).takeUnretainedValue().found.append(octets)
          }, context, $0)
      }
      return coalescer
    }
    let frame = tcpFrame(payload: 3_500)
    let segments = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000))
      .frames(of: frame)
    var coalescers = [try make(0), try make(1)]
    for segment in segments {
      for coalescer in coalescers {
        try check {
          vnic_coalescer_receive(coalescer, segment, segment.count, nil, 0, 0, $0)
        }
      }
      let saved = coalescers[1]
      let state = try octets { vnic_coalescer_save(saved, $0, $1, $2, $3) }
      vnic_coalescer_destroy(coalescers[1])
      coalescers[1] = try make(1)
      let restored = coalescers[1]
      try check { vnic_coalescer_restore(restored, state, state.count, $0) }
      XCTAssertEqual(vnic_coalescer_held(restored), vnic_coalescer_held(coalescers[0]))
      XCTAssertThrowsError(
        try check { vnic_coalescer_restore(restored, state, state.count - 1, $0) })
    }
    for coalescer in coalescers {
      try check { vnic_coalescer_flush(coalescer, $0) }
      vnic_coalescer_destroy(coalescer)
    }
    XCTAssertEqual(units[1].found, units[0].found)
    XCTAssertEqual(units[0].found.map(\.count), [54 + 3_500])
  }
}
