import GsoEngine
import PacketCapture
import WireFormats

/// What a frame is, and what is to become of it.
struct Examination {
  enum Verdict {
    /// It is small enough.
    case fits
    /// It is cut; a guess if nothing says where datagrams end.
    case cut(SegmentationPlan, isGuess: Bool)
    /// It becomes IP fragments.
    case fragment(FragmentationPlan)
    /// It is too large, or not all there, and stays as it is.
    case kept(KeptReason)
  }

  let link: LinkLayer
  /// Nil if the headers cannot be read; then ``error`` says why.
  let layout: PacketLayout?
  let error: WireError?
  let verdict: Verdict

  /// Length of the outermost IP packet, in octets; nil if there is none.
  var packetLength: Int? {
    guard let layout, let outer = layout.outerNetwork else { return nil }
    return outer.end - layout.linkHeaderLength
  }

  init(of record: CaptureRecord, in file: String, limit: SizeLimit) throws(Failure) {
    link = try LinkLayer(of: record, in: file)
    var found: PacketLayout?
    var problem: WireError?
    do throws(WireError) {
      found = try PacketLayout(parsing: record.octets, link: link, tunnels: .wellKnown)
    } catch {
      problem = error
    }
    (layout, error) = (found, problem)
    verdict =
      if record.isTruncatedBySnapLength {
        .kept(.cutShort(record))
      } else if let found {
        Self.verdict(on: record, found, limit)
      } else {
        Self.verdict(onUnreadable: record, link, problem, limit)
      }
  }

  private static func verdict(
    onUnreadable record: CaptureRecord, _ link: LinkLayer, _ error: WireError?, _ limit: SizeLimit
  ) -> Verdict {
    guard let error, let mtu = limit.mtu, record.capturedLength - link.headerLength > mtu else {
      return .fits
    }
    return .kept(KeptReason(.frame(error)))
  }

  private static func verdict(
    on record: CaptureRecord, _ layout: PacketLayout, _ limit: SizeLimit
  ) -> Verdict {
    let end = layout.outerNetwork?.end ?? layout.frameLength
    let exceedsMTU = limit.mtu.map { end - layout.linkHeaderLength > $0 } ?? false
    let payload = layout.payloadRange?.count ?? 0
    let exceedsMSS = limit.mss.map { payload > $0 } ?? false
    guard exceedsMTU || exceedsMSS else { return .fits }
    if let byteCount = record.interface.frameCheckSequenceByteCount, byteCount > 0 {
      return .kept(.frameCheckSequence(byteCount))
    }
    do throws(SegmentationError) {
      if limit.fragmentsUDP, exceedsMTU, let mtu = limit.mtu, layout.tunnel == nil,
        layout.transport?.kind == .udp
      {
        let request = FragmentationRequest(
          mtu: mtu, identification: UInt32(truncatingIfNeeded: record.frameNumber),
          rules: limit.rulesName == .linux ? .linux : .standard)
        return .fragment(
          try FragmentationPlan(of: record.octets, layout: layout, request: request))
      }
      var plan = try SegmentationPlan(of: record.octets, layout: layout, request: limit.request)
      if let mss = limit.mss, plan.segmentSize > mss {
        let request = SegmentationRequest(segmentSize: mss, rules: limit.rulesName.rules)
        plan = try SegmentationPlan(of: record.octets, layout: layout, request: request)
      }
      return .cut(plan, isGuess: plan.offload == .uso && limit.mss == nil)
    } catch {
      return .kept(KeptReason(error))
    }
  }
}
