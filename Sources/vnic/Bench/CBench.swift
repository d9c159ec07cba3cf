import CVnic
import GsoEngine

/// The calls of a C program: two of them segment a frame to headers.
enum CBench {
  /// Plans a frame and writes the headers of its segments.
  @inline(__always)
  static func renderHeaders(
    _ frame: RawSpan, _ request: SegmentationRequest, into output: inout MutableRawSpan
  ) throws {
    guard case .payload(let size) = request.size else { return }
    var asked = vnic_segmentation()
    asked.size = UInt32(MemoryLayout<vnic_segmentation>.size)
    asked.segment_size = UInt32(truncatingIfNeeded: size)
    asked.checksum = UInt32(VNIC_CHECKSUM_PARTIAL)
    var plan = vnic_plan()
    // SAFETY: the functions use frame and output within the calls and within their lengths.
    let code = unsafe frame.withUnsafeBytes { octets in
      unsafe output.withUnsafeMutableBytes { target in
        var buffer = unsafe vnic_buffer(octets: octets.baseAddress, size: octets.count)
        let code = unsafe vnic_plan_make(&plan, &buffer, 1, &asked, nil)
        guard code == 0 else { return code }
        return unsafe vnic_plan_render_headers(
          &plan, &buffer, 1, 0, .max, target.baseAddress, target.count, nil, nil)
      }
    }
    guard code == 0 else { throw CallRefused(code: code) }
  }

  /// A call returned a code.
  private struct CallRefused: Error { let code: Int32 }
}
