import CVnic
import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats

/// A TCP frame over IPv4 with 54 octets of headers.
func tcpFrame(payload: Int) -> [UInt8] {
  var recipe = FrameRecipe(transport: .tcp())
  recipe.payload = Payload(count: payload)
  return recipe.build()
}

/// A code of C with its operands.
struct CError: Error, Hashable, CustomStringConvertible {
  let code: Int32
  let operands: [Int64]

  init(_ error: vnic_error) {
    code = error.code
    operands = [error.operands.0, error.operands.1, error.operands.2]
  }

  init(_ error: some CodedError) {
    code = error.code
    operands = [error.operands.0, error.operands.1, error.operands.2]
  }

  init(code: Int32, _ operands: Int64...) {
    self.code = code
    self.operands = operands + [Int64](repeating: 0, count: 3 - operands.count)
  }

  /// The sentence that C gets.
  var description: String {
    var buffer = [CChar](repeating: 1, count: 300)
    let length = vnic_error_text(code, operands, &buffer, buffer.count)
    return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// Runs a function of C; throws its error, which must be the one that it returns.
func check(_ body: (UnsafeMutablePointer<vnic_error>) -> Int32) throws(CError) {
  var error = vnic_error()
  let code = body(&error)
  guard code == 0 else {
    precondition(code == error.code, "returned \(code), written \(error.code)")
    throw CError(error)
  }
}

/// A frame for C: its octets, in one buffer or in several.
struct CFrame {
  private let memory: [UInt8]
  private let ranges: [Range<Int>]

  init(_ frame: [UInt8]) { (memory, ranges) = (frame, [0..<frame.count]) }

  init(memory: [UInt8], _ ranges: [Range<Int>]) { (self.memory, self.ranges) = (memory, ranges) }

  /// Runs `body` with the buffers.
  func withBuffers<Value>(
    _ body: (UnsafePointer<vnic_buffer>?, Int) throws(CError) -> Value
  ) throws(CError) -> Value {
    let result = memory.withUnsafeBytes { octets -> Result<Value, CError> in
      let buffers = ranges.map { range in
        vnic_buffer(
          octets: octets.baseAddress.map { $0 + range.lowerBound }, size: range.count)
      }
      return buffers.withUnsafeBufferPointer { list in
        do throws(CError) { return .success(try body(list.baseAddress, list.count)) } catch {
          return .failure(error)
        }
      }
    }
    return try result.get()
  }
}

extension vnic_plan {
  /// Plans by a request.
  init(_ frame: CFrame, _ request: vnic_segmentation) throws(CError) {
    self.init()
    var asked = request
    asked.size = UInt32(MemoryLayout<vnic_segmentation>.size)
    var plan = vnic_plan()
    try frame.withBuffers { (buffers, count) throws(CError) in
      try check { vnic_plan_make(&plan, buffers, count, &asked, $0) }
    }
    self = plan
  }

  /// Plans by a virtio-net header.
  init(_ frame: CFrame, describedBy header: VirtioNetHeader) throws(CError) {
    self.init()
    let octets = header.octets(form: .udpTunnel)
    var plan = vnic_plan()
    try frame.withBuffers { (buffers, count) throws(CError) in
      try check {
        vnic_plan_make_virtio(&plan, octets, octets.count, buffers, count, nil, $0)
      }
    }
    self = plan
  }

  /// What the plan says about all its frames.
  func info() throws(CError) -> vnic_plan_info {
    var (plan, info) = (self, vnic_plan_info())
    info.size = UInt32(MemoryLayout<vnic_plan_info>.size)
    try check { vnic_plan_get_info(&plan, &info, $0) }
    return info
  }

  /// What the plan says about one frame.
  func segment(_ index: UInt64) throws(CError) -> vnic_segment {
    var (plan, segment) = (self, vnic_segment())
    segment.size = UInt32(MemoryLayout<vnic_segment>.size)
    try check { vnic_plan_get_segment(&plan, index, &segment, $0) }
    return segment
  }

  /// All frames, each rendered where `vnic_segment` says.
  func frames(of frame: CFrame) throws(CError) -> [[UInt8]] {
    let info = try info()
    var output = [UInt8](repeating: 0xA5, count: Int(info.total_length))
    var (plan, written) = (self, 0)
    try frame.withBuffers { (buffers, count) throws(CError) in
      try check {
        vnic_plan_render(
          &plan, buffers, count, 0, .max, &output, output.count, &written, $0)
      }
    }
    precondition(written == output.count)
    var frames: [[UInt8]] = []
    for index in 0..<info.count {
      let segment = try segment(index)
      let start = Int(segment.output_offset)
      frames.append(Array(output[start..<(start + Int(segment.frame_length))]))
    }
    return frames
  }

  /// The headers of all segments, back to back.
  func headers(of frame: CFrame) throws(CError) -> [UInt8] {
    let info = try info()
    var output = [UInt8](repeating: 0xA5, count: Int(info.header_length * info.count))
    var (plan, written) = (self, 0)
    try frame.withBuffers { (buffers, count) throws(CError) in
      try check {
        vnic_plan_render_headers(
          &plan, buffers, count, 0, .max, &output, output.count, &written, $0)
      }
    }
    precondition(written == output.count)
    return output
  }
}
