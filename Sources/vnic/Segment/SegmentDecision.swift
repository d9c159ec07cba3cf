import GsoEngine
import PacketCapture
import WireFormats

/// What happens to one frame, and what it was decided from.
struct SegmentDecision {
  enum Action {
    /// The frame is small enough.
    case fits
    /// It is segmented, and this is how the boundaries of its datagrams are known.
    case segment(SegmentationPlan, DatagramBoundaries)
    /// It becomes IP fragments.
    case fragment(FragmentationPlan)
    /// It is too large and cannot be segmented, and is written whole.
    case skip(SkipReason)
  }

  let link: LinkLayer
  /// Nil if the headers cannot be read; then ``error`` says why.
  let layout: PacketLayout?
  let error: WireError?
  /// Length of the outermost IP packet on the wire, in octets; nil if there is none.
  let packetLength: Int?
  let action: Action

  /// Decides about a frame, and learns from it: from a SYN what its sender takes, from a datagram
  /// that fits how long those of its flow are.
  init(for record: CaptureRecord, _ link: LinkLayer, _ limit: SizeLimit) {
    self.link = link
    do throws(WireError) {
      let layout = try PacketLayout(parsing: record.frame, link: link, tunnels: limit.tunnels)
      limit.payload.learn(from: record.frame, layout)
      action = Action(for: record, layout, limit)
      if case .fits = action { limit.datagramSizes?.note(record.frame, layout) }
      (self.layout, error) = (layout, nil)
      packetLength =
        record.isTruncatedBySnapLength && layout.packetLength != nil
        ? record.packetLength(layout) : layout.packetLength
    } catch {
      action = Action(forUnreadable: record, link, error, limit)
      (layout, self.error, packetLength) = (nil, error, nil)
    }
  }

  /// Whether the frame is skipped.
  var isSkipped: Bool {
    if case .skip = action { true } else { false }
  }
}

extension SegmentDecision.Action {
  /// Decides about a frame whose headers can be read.
  init(for record: CaptureRecord, _ layout: PacketLayout, _ limit: SizeLimit) {
    if record.isTruncatedBySnapLength {
      let isExceeded = record.exceeds(
        mtu: limit.mtu, mss: limit.payload(for: record.frame, layout), layout.link, layout)
      self = isExceeded ? Self(forPartOf: record, layout.link, limit) : .fits
    } else if limit.isExceeded(by: record.frame, layout) {
      self.init(forLarge: record, layout, limit)
    } else {
      self = .fits
    }
  }

  /// Decides about a frame whose headers cannot be read.
  init(
    forUnreadable record: CaptureRecord, _ link: LinkLayer, _ error: WireError, _ limit: SizeLimit
  ) {
    if record.isTruncatedBySnapLength {
      let isExceeded = record.exceeds(mtu: limit.mtu, mss: limit.mss, link, nil)
      self = isExceeded ? .skip(.truncated(record)) : .fits
    } else if let mtu = limit.mtu, record.frameLength - link.headerLength > mtu {
      self = .skip(SkipReason(.frame(error)))
    } else {
      self = .fits
    }
  }

  /// Decides about a frame that is too large and was captured in part: its segments are known if
  /// its headers are there.
  private init(forPartOf record: CaptureRecord, _ link: LinkLayer, _ limit: SizeLimit) {
    do {
      let layout = try PacketLayout(
        parsingFront: record.frame, ofFrameLength: record.frameLength, link: link,
        tunnels: limit.tunnels)
      guard !limit.asksForFragments(of: layout) else {
        self = .skip(.truncated(record))
        return
      }
      var request = limit.request(for: record.frame, layout)
      request.checksum = .pseudoHeader
      self = .segment(
        try SegmentationPlan(ofFront: record.frame, layout: layout, request: request), .stated)
    } catch {
      self = .skip(.truncated(record))
    }
  }

  /// Decides about a frame that is too large.
  private init(forLarge record: CaptureRecord, _ layout: PacketLayout, _ limit: SizeLimit) {
    if !record.canRenewFrameCheckSequence {
      self = .skip(.frameCheckSequence(record.frameCheckSequenceLength))
      return
    }
    do throws(SegmentationError) {
      if let mtu = limit.mtu, limit.asksForFragments(of: layout) {
        let request = FragmentationRequest(
          mtu: mtu, identification: UInt32(truncatingIfNeeded: record.frameNumber),
          rules: limit.fragmentationRules(for: layout, record.flags))
        self = .fragment(
          try FragmentationPlan(of: record.frame, layout: layout, request: request))
        return
      }
      if layout.transport?.kind == .udp, limit.mss == nil, let mtu = limit.mtu {
        let datagrams = try UnstatedDatagrams(
          in: record.frame, layout, mtu: mtu, rules: limit.preset.rules,
          from: limit.datagramSizes, besides: limit.tunnels)
        self = .segment(datagrams.plan, datagrams.boundaries)
        return
      }
      let plan = try SegmentationPlan(
        of: record.frame, layout: layout, request: limit.request(for: record.frame, layout))
      self = .segment(plan, .stated)
    } catch {
      self = .skip(SkipReason(error))
    }
  }
}
