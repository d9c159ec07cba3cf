import CVnic
import GsoEngine
import TestSupport
import VirtualNICTesting
import XCTest

/// The emulated NIC through the functions of C.
final class NICTests: XCTestCase {
  /// What the callbacks of a NIC saw.
  final class Log {
    var batches: [[[UInt8]]] = []
    var received: [(frame: [UInt8], metadata: vnic_received, time: UInt64)] = []
    var active: [UInt32] = []
    var onSend: () -> Void = {}
    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
    static func at(_ pointer: UnsafeMutableRawPointer?) -> Log {
      Unmanaged<Log>.fromOpaque(pointer!).takeUnretainedValue()
    }
  }

  private let log = Log()

  private func makeNIC(mtu: UInt32 = 1_500) throws -> OpaquePointer {
    var config = vnic_nic_config()
    config.size = UInt32(MemoryLayout<vnic_nic_config>.size)
    config.mtu = mtu
    config.mac_address = (2, 0, 0, 0, 0, 1)
    config.context = log.pointer
    config.send = { context, frames, count, _ in
      let log = Log.at(context)
      log.batches.append(
        (0..<count).map { index in
          [UInt8](UnsafeRawBufferPointer(start: frames![index].octets, count: frames![index].size))
        })
      log.onSend()
    }
    config.receive = { context, frame, size, metadata, time in
      let octets = [UInt8](UnsafeRawBufferPointer(start: frame, count: size))
      Log.at(context).received.append((octets, metadata!.pointee, time))
    }
    var nic: OpaquePointer?
    try check { vnic_nic_create(&nic, &config, $0) }
    return try XCTUnwrap(nic)
  }

  private func declareGso(_ nic: OpaquePointer) throws {
    var gso = vnic_gso_capabilities()
    gso.size = UInt32(MemoryLayout<vnic_gso_capabilities>.size)
    (gso.layer3, gso.layer4) = (15, 7)
    (gso.maximum_offload_size, gso.minimum_segment_count) = (65_536, 2)
    gso.set_gso = { context, _, active in Log.at(context).active.append(active) }
    gso.context = log.pointer
    try check { vnic_nic_set_gso(nic, &gso, $0) }
  }

  @discardableResult
  private func transmit(
    _ nic: OpaquePointer, _ frame: [UInt8], segmentSize: UInt32 = 0, flags: UInt32 = 0,
    at time: UInt64 = 0
  ) throws(CError) -> vnic_report {
    var (request, report) = (vnic_transmit_request(), vnic_report())
    request.size = UInt32(MemoryLayout<vnic_transmit_request>.size)
    report.size = UInt32(MemoryLayout<vnic_report>.size)
    (request.segment_size, request.flags) = (segmentSize, flags)
    try CFrame(frame).withBuffers { (buffers, count) throws(CError) in
      try check { vnic_nic_transmit(nic, buffers, count, &request, time, &report, $0) }
    }
    return report
  }

  func testLifeOffloadsAndReasons() throws {
    let nic = try makeNIC()
    defer { vnic_nic_destroy(nic) }
    let frame = tcpFrame(payload: 10_000)
    XCTAssertEqual(vnic_nic_state(nic), 0)
    XCTAssertThrowsError(try transmit(nic, frame, segmentSize: 1_000)) {
      XCTAssertEqual(($0 as? CError)?.code, 651)
      XCTAssertEqual("\($0)", "the adapter is not started; start it first")
    }
    try declareGso(nic)
    try check { vnic_nic_start(nic, $0) }
    XCTAssertEqual(vnic_nic_state(nic), 1)
    XCTAssertEqual(log.active.map { $0 & 15 }, [15])
    XCTAssertEqual(vnic_nic_active(nic) & 15, 15)

    var report = try transmit(nic, frame, segmentSize: 1_000)
    XCTAssertEqual(report.segmentation.by, UInt32(VNIC_BY_HARDWARE))
    XCTAssertEqual([report.frames, report.segment_size], [10, 1_000])
    let expected = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000))
    XCTAssertEqual(log.batches, [try expected.frames(of: frame)])

    var request = vnic_offload_request()
    request.size = UInt32(MemoryLayout<vnic_offload_request>.size)
    request.lso_v2_ipv4 = 1
    try check { vnic_nic_request(nic, &request, $0) }
    XCTAssertEqual(log.active.map { $0 & 15 }, [15, 14])
    var text = [CChar](repeating: 0, count: 8)
    var length = 0
    try check { vnic_nic_get_keyword(nic, "*lsov2ipv4", &text, 8, &length, $0) }
    XCTAssertEqual([length, Int(text[0])], [1, 0x30])
    report = try transmit(nic, frame, segmentSize: 1_000)
    XCTAssertEqual(report.segmentation.by, UInt32(VNIC_BY_SOFTWARE))
    XCTAssertEqual(report.segmentation.reason, 715)
    XCTAssertEqual(report.segmentation.operands.0, Int64(VNIC_KEYWORD_LSO_V2_IPV4))
    XCTAssertEqual(log.batches[1], log.batches[0])

    report = try transmit(nic, frame, flags: UInt32(VNIC_TO_FIT))
    XCTAssertEqual([report.frames, report.segment_size], [7, 1_460])
    try check { vnic_nic_pause(nic, $0) }
    XCTAssertEqual(vnic_nic_state(nic), 2)
    XCTAssertEqual(try transmit(nic, frame, segmentSize: 1_000).segmentation.reason, 716)
    try check { vnic_nic_resume(nic, $0) }
    try check { vnic_nic_stop(nic, $0) }
    XCTAssertEqual(vnic_nic_state(nic), 3)
    var counters = vnic_counters()
    counters.size = UInt32(MemoryLayout<vnic_counters>.size)
    try check { vnic_nic_get_counters(nic, &counters, $0) }
    XCTAssertEqual(
      [counters.source_frames, counters.hardware_frames, counters.software_frames], [5, 1, 3])
    XCTAssertEqual([counters.dropped, counters.wire_frames], [1, 37])
  }

  /// Calls that are refused keep the sentence of Swift, with names and remedies.
  func testRefusalText() throws {
    let nic = try makeNIC()
    defer { vnic_nic_destroy(nic) }
    func text() -> String {
      var buffer = [CChar](repeating: 0, count: 300)
      let length = vnic_nic_refusal_text(nic, &buffer, buffer.count)
      return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    XCTAssertEqual(text(), "")
    XCTAssertThrowsError(try check { vnic_nic_stop(nic, $0) }) {
      XCTAssertEqual($0 as? CError, CError(code: 501, 0))
    }
    XCTAssertEqual(text(), "stop() does not fit an adapter that is initialized; call start() first")
    var gso = vnic_gso_capabilities()
    gso.size = UInt32(MemoryLayout<vnic_gso_capabilities>.size)
    XCTAssertThrowsError(try check { vnic_nic_set_gso(nic, &gso, $0) }) {
      XCTAssertEqual(($0 as? CError)?.code, 1_098)
    }
    XCTAssertTrue(text().contains("failure code 98"), text())
    var keyword = "*LsoV2IPv4"
    try check { vnic_nic_set_keyword(nic, keyword, "0", $0) }
    try declareGso(nic)
    try check { vnic_nic_start(nic, $0) }
    var request = vnic_offload_request()
    request.size = UInt32(MemoryLayout<vnic_offload_request>.size)
    (request.lso_v2_ipv4, request.skips_registry_update) = (2, 1)
    XCTAssertThrowsError(try check { vnic_nic_request(nic, &request, $0) }) {
      XCTAssertEqual(($0 as? CError)?.code, 540)
    }
    XCTAssertTrue(text().contains(keyword), text())
    request.lso_v2_ipv4 = 3
    XCTAssertThrowsError(try check { vnic_nic_request(nic, &request, $0) }) {
      XCTAssertEqual($0 as? CError, CError(code: 4, 2, 3, 2))
    }
    keyword = "*Unknown"
    XCTAssertThrowsError(try check { vnic_nic_get_keyword(nic, keyword, nil, 0, nil, $0) }) {
      XCTAssertEqual($0 as? CError, CError(code: 9, 2))
    }
  }

  /// A callback may send on its own NIC, up to a limit, and destroy it.
  func testCallsFromCallbacks() throws {
    let nic = try makeNIC()
    try check { vnic_nic_start(nic, $0) }
    let frame = tcpFrame(payload: 100)
    var codes: [Int32] = []
    log.onSend = { [self] in
      do throws(CError) { try transmit(nic, frame) } catch { codes.append(error.code) }
    }
    try transmit(nic, frame)
    XCTAssertEqual(codes, [659])
    XCTAssertEqual(log.batches.count, 64)
    log.onSend = { vnic_nic_destroy(nic) }
    try transmit(nic, frame, segmentSize: 10)
    XCTAssertEqual(log.batches.count, 65)
  }

  /// Two NICs at the ends of two wires: the same seed gives the same run, and nobody is kept alive.
  func testWires() throws {
    func run(seed: UInt64) throws -> (frames: [[UInt8]], times: [UInt64], lost: UInt64) {
      log.received = []
      let (sender, receiver) = (try makeNIC(), try makeNIC())
      var wires: [OpaquePointer?] = [nil, nil]
      for (index, end) in [receiver, sender].enumerated() {
        var config = vnic_wire_config()
        config.size = UInt32(MemoryLayout<vnic_wire_config>.size)
        (config.seed, config.loss_rate, config.delay) = (seed, 0.2, 50_000)
        (config.bandwidth, config.receiver) = (1_000_000_000, end)
        try check { vnic_wire_create(&wires[index], &config, $0) }
      }
      try check { vnic_nic_connect(sender, wires[0], $0) }
      try check { vnic_nic_connect(receiver, wires[1], $0) }
      try check { vnic_nic_start(sender, $0) }
      try check { vnic_nic_start(receiver, $0) }
      for time: UInt64 in 0..<20 {
        try transmit(sender, tcpFrame(payload: 5_000), segmentSize: 1_000, at: time * 1_000)
      }
      var now: UInt64 = 0
      while vnic_nic_next_event(sender, &now) == 1 {
        try check { vnic_nic_advance(sender, now, $0) }
      }
      var counters = vnic_wire_counters()
      counters.size = UInt32(MemoryLayout<vnic_wire_counters>.size)
      try check { vnic_wire_get_counters(wires[0], &counters, $0) }
      XCTAssertEqual(counters.sent, 100)
      XCTAssertEqual(counters.delivered, UInt64(log.received.count))
      vnic_nic_destroy(receiver)
      // A wire to a NIC that is gone leads nowhere.
      try transmit(sender, tcpFrame(payload: 10), at: now)
      try check { vnic_nic_advance(sender, .max, $0) }
      vnic_wire_destroy(wires[0])
      vnic_nic_destroy(sender)
      vnic_wire_destroy(wires[1])
      return (log.received.map(\.frame), log.received.map(\.time), counters.lost)
    }
    let (first, again, other) = (try run(seed: 7), try run(seed: 7), try run(seed: 8))
    XCTAssertEqual(first.frames, again.frames)
    XCTAssertEqual(first.times, again.times)
    XCTAssertGreaterThan(first.lost, 5)
    XCTAssertNotEqual(first.times, other.times)
  }

  /// Several frames of one call are one batch: they are coalesced.
  func testReceiveABatch() throws {
    let nic = try makeNIC()
    defer { vnic_nic_destroy(nic) }
    var rsc = vnic_rsc_capabilities()
    rsc.size = UInt32(MemoryLayout<vnic_rsc_capabilities>.size)
    (rsc.layer3, rsc.layer4) = (1, 1)
    rsc.set_rsc = { _, _, _ in }
    try check { vnic_nic_set_rsc(nic, &rsc, $0) }
    try check { vnic_nic_set_rx_checksum(nic, { _, _, _ in }, nil, $0) }
    try check { vnic_nic_start(nic, $0) }
    let frame = tcpFrame(payload: 4_000)
    let plan = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000))
    let segments = try plan.frames(of: frame)
    var memory: [UInt8] = []
    let ranges = segments.map { segment in
      memory += segment
      return (memory.count - segment.count)..<memory.count
    }
    try CFrame(memory: memory, ranges).withBuffers { (frames, count) throws(CError) in
      try check { vnic_nic_receive(nic, frames, count, 9, $0) }
    }
    XCTAssertEqual(log.received.count, 1)
    XCTAssertEqual(log.received.first?.frame.count, frame.count)
    XCTAssertEqual(log.received.first?.metadata.coalesced_segments, 4)
    XCTAssertEqual(log.received.first?.metadata.layer4, UInt32(VNIC_RECEIVED_VALID))
    XCTAssertEqual(log.received.first?.time, 9)
    try check { vnic_nic_set_filter(nic, UInt32(VNIC_FILTER_DIRECTED), $0) }
    try CFrame(segments[0]).withBuffers { (frames, count) throws(CError) in
      try check { vnic_nic_receive(nic, frames, count, 10, $0) }
    }
    var counters = vnic_counters()
    counters.size = UInt32(MemoryLayout<vnic_counters>.size)
    try check { vnic_nic_get_counters(nic, &counters, $0) }
    XCTAssertEqual([counters.received_frames, counters.received_filtered], [4, 1])
  }

  /// The coalescer by itself, and a call from its own callback.
  func testCoalescer() throws {
    final class Units {
      var coalescer: OpaquePointer?
      var found: [(octets: [UInt8], unit: vnic_unit, inputs: [Int])] = []
      var nested: Int32 = 0
    }
    let units = Units()
    var request = vnic_coalescing()
    request.size = UInt32(MemoryLayout<vnic_coalescing>.size)
    (request.has_window, request.window) = (1, 1_000)
    let context = Unmanaged.passUnretained(units).toOpaque()
    try check {
      vnic_coalescer_create(
        &units.coalescer, &request,
        { context, unit in
          let units = Unmanaged<Units>.fromOpaque(context!).takeUnretainedValue()
          let unit = unit!.pointee
          units.found.append(
            (
              [UInt8](UnsafeRawBufferPointer(start: unit.octets, count: unit.length)), unit,
              (0..<Int(unit.segment_count)).map { unit.inputs[$0] }
            ))
          units.nested = vnic_coalescer_flush(units.coalescer, nil)
        }, context, $0)
    }
    let frame = tcpFrame(payload: 3_500)
    let segments = try SegmentationPlan(of: frame, request: .init(segmentSize: 1_000))
      .frames(of: frame)
    for (index, segment) in segments.prefix(3).enumerated() {
      try check {
        vnic_coalescer_receive(
          units.coalescer, segment, segment.count, nil, 0, UInt64(index), $0)
      }
    }
    XCTAssertEqual(vnic_coalescer_held(units.coalescer), 1)
    var deadline: UInt64 = 0
    XCTAssertEqual(vnic_coalescer_next_deadline(units.coalescer, &deadline), 1)
    XCTAssertEqual(deadline, 1_000)
    try check { vnic_coalescer_advance(units.coalescer, deadline, $0) }
    XCTAssertEqual(units.found.count, 1)
    XCTAssertEqual(units.found[0].octets.count, 54 + 3_000)
    XCTAssertEqual(units.found[0].inputs, [0, 1, 2])
    XCTAssertEqual(units.found[0].unit.end, UInt32(VNIC_END_WINDOW))
    XCTAssertEqual(units.found[0].unit.virtio_header.1, 1)
    XCTAssertEqual(units.nested, Int32(VNIC_ERROR_REENTERED))
    let short = Array(frame.prefix(20))
    try check {
      vnic_coalescer_receive(units.coalescer, short, short.count, nil, 0, 2_000, $0)
    }
    XCTAssertEqual(CError(units.found[1].unit.refusal).code, 101)
    vnic_coalescer_destroy(units.coalescer)
  }
}
