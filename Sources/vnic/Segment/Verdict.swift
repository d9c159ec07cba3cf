import GsoEngine
import PacketCapture
import WireFormats

/// What is to become of a frame.
enum Verdict {
  /// It is small enough.
  case fits
  /// It is segmented, and this is how the boundaries of its datagrams are known.
  case cut(SegmentationPlan, DatagramBoundaries)
  /// It becomes IP fragments.
  case fragment(FragmentationPlan)
  /// It is too large, or not all there, and stays unmodified.
  case skipped(SkipReason)

  /// Whether the frame stays unmodified though it is too large, or not all there.
  var isKept: Bool {
    if case .skipped = self { true } else { false }
  }

  /// Judges a frame whose headers can be read.
  init(on record: CaptureRecord, _ layout: PacketLayout, _ limit: SizeLimit) {
    if record.isTruncatedBySnapLength {
      let isExceeded = record.exceeds(mtu: limit.mtu, mss: limit.mss, layout.link, layout)
      self = isExceeded ? .skipped(.cutShort(record)) : .fits
    } else if limit.isExceeded(by: layout) {
      self.init(onLarge: record, layout, limit)
    } else {
      self = .fits
    }
  }

  /// Judges a frame whose headers cannot be read.
  init(
    onUnreadable record: CaptureRecord, _ link: LinkLayer, _ error: WireError, _ limit: SizeLimit
  ) {
    if record.isTruncatedBySnapLength {
      let isExceeded = record.exceeds(mtu: limit.mtu, mss: limit.mss, link, nil)
      self = isExceeded ? .skipped(.cutShort(record)) : .fits
    } else if let mtu = limit.mtu, record.frameLength - link.headerLength > mtu {
      self = .skipped(SkipReason(.frame(error)))
    } else {
      self = .fits
    }
  }

  /// Judges a frame that is too large.
  private init(onLarge record: CaptureRecord, _ layout: PacketLayout, _ limit: SizeLimit) {
    if !record.canRenewFrameCheckSequence {
      self = .skipped(.frameCheckSequence(record.frameCheckSequenceLength))
      return
    }
    do throws(SegmentationError) {
      if let mtu = limit.mtu, limit.asksForFragments(of: layout) {
        let request = FragmentationRequest(
          mtu: mtu, identification: UInt32(truncatingIfNeeded: record.frameNumber),
          rules: limit.fragmentationRules)
        self = .fragment(
          try FragmentationPlan(of: record.frame, layout: layout, request: request))
        return
      }
      if layout.transport?.kind == .udp, limit.mss == nil, let mtu = limit.mtu {
        let datagrams = try UntoldDatagrams(
          in: record.frame, layout, mtu: mtu, rules: limit.rulesName.rules,
          from: limit.datagramSizes, besides: limit.tunnels)
        self = .cut(datagrams.plan, datagrams.boundaries)
        return
      }
      let plan = try SegmentationPlan(of: record.frame, layout: layout, request: limit.request)
      self = .cut(plan, .told)
    } catch {
      self = .skipped(SkipReason(error))
    }
  }
}
