import Foundation
import GsoEngine
import PacketCapture
import WireFormats

/// A batch of received frames of a corpus: a case of `gro_cases.json`.
///
/// `Tests/Oracle/README.md` explains the fields; what the kernel made of the frames is not read.
struct CoalescingCase: Decodable {
  let name: String
  /// Index of the first frame in `gro_input.pcap`, from 0.
  let input: Int
  let input_count: Int
  /// The headers of the frames; nil if all of them are zero.
  let input_vnet: [CoalescedHeader]?
  /// What is switched on at the receiving device, beyond GRO.
  let features: [String]?
}

/// A virtio-net header as the corpus has it, without `hdr_len`.
struct CoalescedHeader: Codable {
  let flags: Int
  let gso_type: Int
  let gso_size: Int
  let csum_start: Int
  let csum_offset: Int

  /// The header of a unit, without the bits for tunnels, which the recorded form has not.
  init(_ header: VirtioNetHeader) {
    flags = Int(header.flags.subtracting(.udpTunnelChecksum).rawValue)
    gso_type = Int(header.gsoType.base.rawValue)
    gso_size = Int(header.gsoSize)
    (csum_start, csum_offset) = (Int(header.checksumStart), Int(header.checksumOffset))
  }

  /// The header of a frame.
  var header: VirtioNetHeader {
    var header = VirtioNetHeader()
    header.flags = .init(rawValue: UInt8(truncatingIfNeeded: flags))
    header.gsoType = .init(rawValue: UInt8(truncatingIfNeeded: gso_type))
    header.gsoSize = UInt16(truncatingIfNeeded: gso_size)
    header.checksumStart = UInt16(truncatingIfNeeded: csum_start)
    header.checksumOffset = UInt16(truncatingIfNeeded: csum_offset)
    return header
  }
}

extension CoalescingCase {
  /// Frames that the kernel takes in one poll, at the end of which it delivers all units.
  private static let pollFrameCount = 64

  /// What a coalescer makes of the frames as the recording device would.
  ///
  /// That device holds eight flows, because all of them have one hash, and coalesces UDP and VXLAN
  /// if that is switched on.
  func units(
    _ frames: ArraySlice<CapturedFrame>
  ) throws -> [(frame: [UInt8], header: CoalescedHeader)] {
    let features = features ?? []
    var request = CoalescingRequest(rules: .linux, checksum: .pseudoHeader)
    request.flowCapacity = 8
    if !features.contains("rx-udp-gro-forwarding") { request.rules.support = .tcp }
    request.recognition.vxlanPorts = features.contains("vxlan") ? [4_789] : []
    var coalescer = try Coalescer(request)
    var units: [(frame: [UInt8], header: CoalescedHeader)] = []
    func keep(_ unit: CoalescedUnit) {
      units.append((unit.frame.array(), CoalescedHeader(unit.metadata.virtioNetHeader)))
    }
    for (index, frame) in frames.enumerated() {
      let header = input_vnet?.indices.contains(index) == true ? input_vnet?[index].header : nil
      coalescer.receive(frame.octets.octets, describedBy: header ?? VirtioNetHeader()) { keep($0) }
      if (index + 1) % Self.pollFrameCount == 0 { coalescer.endBatch { keep($0) } }
    }
    coalescer.endBatch { keep($0) }
    return units
  }
}

extension Corpus {
  private struct CoalescingFile: Decodable {
    let cases: [CoalescingCase]
  }

  /// Reads `gro_cases.json` of a folder.
  static func coalescingCases(in folder: URL) throws -> [CoalescingCase] {
    try decode(CoalescingFile.self, at: folder.appendingPathComponent("gro_cases.json")).cases
  }
}
