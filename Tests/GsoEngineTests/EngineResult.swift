import GsoEngine
import TestSupport
import VirtualNICTesting
import WireFormats

/// The engine's frames, or its error, for one case of the kernel corpus.
struct EngineResult {
  private(set) var outcome = "rejected"
  private(set) var frames: [[UInt8]] = []
  private(set) var error: SegmentationError?

  init(_ c: KernelCorpus.Case, _ corpus: KernelCorpus) {
    let frame = corpus.input(of: c)
    do throws(SegmentationError) {
      if c.group == "encap" {
        // No virtio-net header can describe these; the recording made the tunnel in the kernel.
        let request = SegmentationRequest(segmentSize: c.vnet.gsoSize)
        let plan = try SegmentationPlan(of: frame, tunnels: .wellKnown, request: request)
        frames = try plan.frames(of: frame)
      } else {
        let action = try OffloadAction(on: frame, describedBy: VirtioNetHeader(c.vnet))
        frames = try action.frames(of: frame)
      }
      outcome = frames.count > 1 ? "segmented" : "passed"
    } catch {
      self.error = error
    }
  }

  /// Why the case was refused.
  var reason: String? { error?.description }

  /// The first difference from the kernel's frames, leaving out octets that change with every boot.
  func difference(
    from expected: [[UInt8]], ignoring ignored: [KernelCorpus.Ignored]
  ) -> String? {
    var mine = frames
    for index in mine.indices {
      for range in ignored where range.offset + range.length <= mine[index].count {
        for at in range.offset..<(range.offset + range.length) { mine[index][at] = 0 }
      }
    }
    return firstDifference(expected: expected, actual: mine)?.description
  }

  /// What is wrong with the result; nil if it is the kernel's, or if it is better where the kernel
  /// is unsound.
  func complaint(_ c: KernelCorpus.Case, _ corpus: KernelCorpus) -> String? {
    if outcome == c.outcome {
      let difference = difference(from: corpus.expected(of: c), ignoring: c.ignore ?? [])
      if difference == nil || c.advisory == nil { return difference }
    } else if c.advisory == nil {
      return "the kernel: \(c.outcome), the engine: \(outcome) \(reason ?? "")"
    }
    if c.wellformed || outcome == "rejected" { return nil }
    if c.outcome == "rejected" { return "the kernel refuses it, the engine does not" }
    let complaints = frames.flatMap { frameFaults($0, udpTunnels: c.isUDPTunnel) }
    return complaints.isEmpty ? nil : "not sound: \(complaints)"
  }

  /// Why the engine does not do what the kernel does.
  func whyItDiffers(_ c: KernelCorpus.Case) -> String {
    if c.wellformed { return "the kernel is unsound here: \(c.advisory ?? "not said")" }
    switch error {
    case nil: return "repaired: the kernel trusts what is wrong in the input, every frame is sound"
    case .udpLengthMismatch: return "refused: octets after the datagram fit into no segment"
    case .fragmentSizeNotMultipleOf8:
      return "refused: fragment offsets count in eights, the kernel's come out as nonsense"
    case .fragment: return "refused: a fragment has no transport header of its own to repeat"
    case .lengthExceedsFrame: return "refused: the packet says that octets are missing"
    case .jumboPayload: return "refused: a jumbo payload option contradicts the length of a segment"
    case .frame: return "refused: the kernel does not look at the header that is wrong"
    default: return "refused: the virtio-net header does not describe the frame"
    }
  }
}

extension VirtioNetHeader {
  /// The header that a case was recorded with.
  init(_ recorded: KernelCorpus.VirtioHeader) {
    self.init()
    flags = Flags(rawValue: UInt8(truncatingIfNeeded: recorded.flags))
    gsoType = GsoType(rawValue: UInt8(truncatingIfNeeded: recorded.gsoType))
    headerLength = UInt16(truncatingIfNeeded: recorded.headerLength)
    gsoSize = UInt16(truncatingIfNeeded: recorded.gsoSize)
    checksumStart = UInt16(truncatingIfNeeded: recorded.checksumStart)
    checksumOffset = UInt16(truncatingIfNeeded: recorded.checksumOffset)
    outerTransportOffset = UInt16(truncatingIfNeeded: recorded.outerTransportOffset ?? 0)
    innerNetworkOffset = UInt16(truncatingIfNeeded: recorded.innerNetworkOffset ?? 0)
  }
}
