import CVnic
import TestSupport
import VirtualNICTesting
import XCTest

/// Arguments that are missing, too small, too large or stale: each gives its code, and changes
/// nothing.
final class ArgumentTests: XCTestCase {
  private typealias ErrorPointer = UnsafeMutablePointer<vnic_error>
  private let frame = FrameRecipe(transport: .tcp()).build()

  private func expect(
    _ code: Int32, _ operands: Int64..., line: UInt = #line, _ body: (ErrorPointer) -> Int32
  ) {
    let expected = operands + [Int64](repeating: 0, count: 3 - operands.count)
    do throws(CError) {
      try check(body)
      XCTFail("accepted", line: line)
    } catch {
      XCTAssertEqual(error.code, code, "\(error)", line: line)
      XCTAssertEqual(error.operands, expected, "\(error)", line: line)
    }
  }

  func testPlanMake() {
    frame.withUnsafeBytes { octets in
      var buffer = vnic_buffer(octets: octets.baseAddress, size: octets.count)
      var (plan, asked) = (vnic_plan(), vnic_segmentation())
      let size = UInt32(MemoryLayout<vnic_segmentation>.size)
      (asked.size, asked.segment_size) = (size, 100)
      expect(1, 1) { vnic_plan_make(nil, &buffer, 1, &asked, $0) }
      expect(1, 2) { vnic_plan_make(&plan, nil, 1, &asked, $0) }
      expect(1, 2) { vnic_plan_make(&plan, nil, 2, &asked, $0) }
      expect(1, 4) { vnic_plan_make(&plan, &buffer, 1, nil, $0) }
      expect(4, 3, -1, 65_536) { vnic_plan_make(&plan, &buffer, -1, &asked, $0) }
      expect(4, 3, 65_537, 65_536) { vnic_plan_make(&plan, &buffer, 65_537, &asked, $0) }
      asked.size = size - 1
      expect(2, 4, Int64(size) - 1, Int64(size)) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      asked.size = 0
      expect(2, 4, 0, Int64(size)) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      asked.size = .max
      expect(4, 4, Int64(UInt32.max), 4_096) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      asked.size = size
      asked.link = 6
      expect(4, 4, 6, 5) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      asked.link = 0
      asked.rules = .max
      expect(4, 4, Int64(UInt32.max), 5) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      asked.rules = 0
      asked.checksum = 3
      expect(4, 4, 3, 2) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      asked.checksum = 0
      asked.outer_checksum = 4
      expect(4, 4, 4, 3) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      asked.outer_checksum = 0
      asked.flags = 8
      expect(4, 4, 8, 7) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      (asked.flags, asked.identification) = (4, 65_536)
      expect(4, 4, 65_536, 65_535) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      asked.flags = 0
      buffer.octets = nil
      expect(1, 2) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      buffer.size = -1
      expect(4, 2, -1, .max) { vnic_plan_make(&plan, &buffer, 1, &asked, $0) }
      // Nothing was stored, with and without a place for the error.
      XCTAssertEqual(vnic_plan_make(&plan, &buffer, 1, &asked, nil), 4)
      XCTAssertEqual(vnic_plan_count(&plan), 0)
      XCTAssertEqual(vnic_plan_count(nil), 0)
    }
  }

  /// Buffers whose octets are missing, or whose lengths together exceed any memory.
  func testScatteredBuffers() {
    frame.withUnsafeBytes { octets in
      var (plan, asked) = (vnic_plan(), vnic_segmentation())
      asked.size = UInt32(MemoryLayout<vnic_segmentation>.size)
      asked.segment_size = 100
      let good = vnic_buffer(octets: octets.baseAddress, size: octets.count)
      var list = [good, vnic_buffer(octets: nil, size: 1)]
      expect(1, 2) { vnic_plan_make(&plan, &list, 2, &asked, $0) }
      list[1] = vnic_buffer(octets: octets.baseAddress, size: .max)
      expect(4, 2, .max, .max) { vnic_plan_make(&plan, &list, 2, &asked, $0) }
      list[1].size = .min
      expect(4, 2, .min, .max) { vnic_plan_make(&plan, &list, 2, &asked, $0) }
      list[1] = vnic_buffer(octets: UnsafeRawPointer(bitPattern: -16), size: 1 << 40)
      expect(4, 2, 1 << 40, .max) { vnic_plan_make(&plan, &list, 2, &asked, $0) }
      list[1] = vnic_buffer(octets: nil, size: 0)
      XCTAssertEqual(vnic_plan_make(&plan, &list, 2, &asked, nil), 0)
      // No buffer is an empty frame, which carries no IP packet.
      expect(101, 1, 0, 14) { vnic_plan_make(&plan, nil, 0, &asked, $0) }
    }
  }

  /// A newer caller may ask for what is not known here, if it does not ask.
  func testLongerStructs() {
    struct Newer {
      var known = vnic_segmentation()
      var new: UInt32 = 0
    }
    frame.withUnsafeBytes { octets in
      var buffer = vnic_buffer(octets: octets.baseAddress, size: octets.count)
      var (plan, newer) = (vnic_plan(), Newer())
      newer.known.size = UInt32(MemoryLayout<Newer>.size)
      newer.known.segment_size = 100
      func make(_ error: ErrorPointer?) -> Int32 {
        withUnsafePointer(to: &newer) {
          vnic_plan_make(
            &plan, &buffer, 1, UnsafeRawPointer($0).assumingMemoryBound(to: vnic_segmentation.self),
            error)
        }
      }
      XCTAssertEqual(make(nil), 0)
      newer.new = 0x0100
      expect(3, 4, Int64(MemoryLayout<vnic_segmentation>.size) + 1) { make($0) }
    }
  }

  func testPlansAndResults() throws {
    var asked = vnic_segmentation()
    asked.segment_size = 10
    let input = CFrame(tcpFrame(payload: 95))
    var plan = try vnic_plan(input, asked)
    let count = try plan.info().count
    XCTAssertEqual(count, 10)
    var (info, segment) = (vnic_plan_info(), vnic_segment())
    expect(2, 2, 0, Int64(MemoryLayout<vnic_plan_info>.size)) {
      vnic_plan_get_info(&plan, &info, $0)
    }
    expect(1, 2) { vnic_plan_get_info(&plan, nil, $0) }
    segment.size = UInt32(MemoryLayout<vnic_segment>.size)
    expect(6, 10, 10) { vnic_plan_get_segment(&plan, 10, &segment, $0) }
    expect(6, .max, 10) { vnic_plan_get_segment(&plan, .max, &segment, $0) }
    var output = [UInt8](repeating: 9, count: 1_000)
    var header = [UInt8](repeating: 9, count: 24)
    try input.withBuffers { (frame, buffers) throws(CError) in
      func render(
        _ first: UInt64, _ frames: UInt64, _ room: Int, _ error: ErrorPointer
      ) -> Int32 {
        vnic_plan_render(&plan, frame, buffers, first, frames, &output, room, nil, error)
      }
      expect(6, 11, 10) { render(11, .max, 1_000, $0) }
      expect(6, 11, 10) { render(2, 9, 1_000, $0) }
      expect(6, .max, 10) { render(2, .max - 1, 1_000, $0) }
      expect(234, 635, 634) { render(0, .max, 634, $0) }
      expect(4, 6, -1, .max) { render(0, .max, -1, $0) }
      expect(1, 6) { vnic_plan_render(&plan, frame, buffers, 0, 1, nil, 64, nil, $0) }
      expect(1, 2) { vnic_plan_render(&plan, nil, 1, 0, 1, &output, 64, nil, $0) }
      XCTAssertEqual(output, [UInt8](repeating: 9, count: 1_000))
      try check { render(10, .max, 0, $0) }
      expect(229, 149, 0) { vnic_plan_render(&plan, nil, 0, 0, 1, &output, 64, nil, $0) }
    }
    // Memory that holds no plan.
    for octet: UInt8 in [0, 0xFF, 0xA5] {
      var memory = vnic_plan()
      withUnsafeMutableBytes(of: &memory) { octets in
        for index in octets.indices { octets[index] = octet }
      }
      expect(5, 1) { vnic_plan_get_info(&memory, &info, $0) }
      expect(5, 1) { vnic_plan_get_segment(&memory, 0, &segment, $0) }
      expect(5, 1) { vnic_plan_render(&memory, nil, 0, 0, 1, &output, 64, nil, $0) }
      expect(5, 1) { vnic_plan_render_headers(&memory, nil, 0, 0, 1, &output, 64, nil, $0) }
      expect(5, 1) { vnic_plan_hand_off(&memory, nil, 0, &header, 12, &output, 64, nil, $0) }
      XCTAssertEqual(vnic_plan_count(&memory), 0)
    }
    expect(1, 1) { vnic_plan_render(nil, nil, 0, 0, 1, &output, 64, nil, $0) }
  }

  func testVirtioHeadersAndChecksums() {
    var (plan, octets) = (vnic_plan(), [UInt8](repeating: 0, count: 64))
    var header = [UInt8](repeating: 9, count: 24)
    expect(1, 2) { vnic_plan_make_virtio(&plan, nil, 12, nil, 0, nil, $0) }
    expect(4, 3, 11, 24) { vnic_plan_make_virtio(&plan, &octets, 11, nil, 0, nil, $0) }
    // An empty frame of which nothing is asked.
    XCTAssertEqual(vnic_plan_make_virtio(&plan, &octets, 12, nil, 0, nil, nil), 0)
    expect(10, 0) { vnic_plan_render_headers(&plan, nil, 0, 0, 1, &octets, 64, nil, $0) }
    expect(10, 0) { vnic_plan_hand_off(&plan, nil, 0, &header, 12, &octets, 64, nil, $0) }
    octets[1] = 2
    expect(301, 2) { vnic_plan_make_virtio(&plan, &octets, 12, nil, 0, nil, $0) }
    expect(4, 3, 8, 7) { vnic_complete_checksums(&octets, 64, 8, 0, 0, nil, $0) }
    expect(1, 1) { vnic_complete_checksums(nil, 64, 4, 0, 0, nil, $0) }
    expect(4, 1, -5, .max) { vnic_complete_checksums(&octets, -5, 4, 0, 0, nil, $0) }
    var findings = vnic_findings()
    expect(2, 6, 0, 20) { vnic_complete_checksums(&octets, 64, 4, 0, 0, &findings, $0) }
  }

  /// NULL for each object.
  func testNoObject() {
    var (counters, wireCounters) = (vnic_counters(), vnic_wire_counters())
    expect(1, 1) { vnic_coalescer_create(nil, nil, nil, nil, $0) }
    expect(1, 1) { vnic_coalescer_receive(nil, nil, 0, nil, 0, 0, $0) }
    expect(1, 1) { vnic_coalescer_advance(nil, 0, $0) }
    expect(1, 1) { vnic_coalescer_end_batch(nil, $0) }
    expect(1, 1) { vnic_coalescer_flush(nil, $0) }
    expect(1, 1) { vnic_nic_create(nil, nil, $0) }
    for call in [vnic_nic_start, vnic_nic_stop, vnic_nic_pause, vnic_nic_resume] {
      expect(1, 1) { call(nil, $0) }
    }
    expect(1, 1) { vnic_nic_set_mtu(nil, 1, $0) }
    expect(1, 1) { vnic_nic_set_connected(nil, 1, $0) }
    expect(1, 1) { vnic_nic_set_gso(nil, nil, $0) }
    expect(1, 1) { vnic_nic_set_tx_checksum(nil, nil, $0) }
    expect(1, 1) { vnic_nic_set_rx_checksum(nil, nil, nil, $0) }
    expect(1, 1) { vnic_nic_set_rsc(nil, nil, $0) }
    expect(1, 1) { vnic_nic_set_keyword(nil, nil, nil, $0) }
    expect(1, 1) { vnic_nic_get_keyword(nil, nil, nil, 0, nil, $0) }
    expect(1, 1) { vnic_nic_request(nil, nil, $0) }
    expect(1, 1) { vnic_nic_transmit(nil, nil, 0, nil, 0, nil, $0) }
    expect(1, 1) { vnic_nic_receive(nil, nil, 0, 0, $0) }
    expect(1, 1) { vnic_nic_set_filter(nil, 0, $0) }
    expect(1, 1) { vnic_nic_set_receive_coalescing(nil, nil, $0) }
    expect(1, 1) { vnic_nic_advance(nil, 0, $0) }
    expect(1, 1) { vnic_nic_get_counters(nil, &counters, $0) }
    expect(1, 1) { vnic_nic_connect(nil, nil, $0) }
    expect(1, 1) { vnic_wire_create(nil, nil, $0) }
    expect(1, 1) { vnic_wire_send(nil, nil, 0, 0, $0) }
    expect(1, 1) { vnic_wire_advance(nil, 0, $0) }
    expect(1, 1) { vnic_wire_get_counters(nil, &wireCounters, $0) }
    for call in [vnic_nic_save, vnic_wire_save, vnic_coalescer_save] {
      expect(1, 1) { call(nil, nil, 0, nil, $0) }
    }
    expect(1, 1) { vnic_nic_restore(nil, nil, 0, nil, $0) }
    expect(1, 1) { vnic_wire_restore(nil, nil, 0, nil, $0) }
    expect(1, 1) { vnic_coalescer_restore(nil, nil, 0, $0) }
    var object: OpaquePointer?
    expect(1, 2) { vnic_nic_restore(&object, nil, 5, nil, $0) }
    expect(1, 4) { vnic_nic_restore(&object, nil, 0, nil, $0) }
    expect(4, 2, -1, .max) { vnic_wire_restore(&object, nil, -1, nil, $0) }
    var code = vnic_nic_code()
    expect(2, 4, 0, Int64(MemoryLayout<vnic_nic_code>.size)) {
      vnic_nic_restore(&object, nil, 0, &code, $0)
    }
    XCTAssertEqual(vnic_nic_state(nil), -1)
    XCTAssertEqual(vnic_nic_active(nil), 0)
    XCTAssertEqual(vnic_nic_refusal_text(nil, nil, 0), 0)
    XCTAssertEqual(vnic_coalescer_held(nil), 0)
    XCTAssertEqual(vnic_coalescer_next_deadline(nil, nil), 0)
    XCTAssertEqual(vnic_nic_next_event(nil, nil), 0)
    XCTAssertEqual(vnic_wire_next_arrival(nil, nil), 0)
    vnic_coalescer_destroy(nil)
    vnic_nic_destroy(nil)
    vnic_wire_destroy(nil)
  }
}
