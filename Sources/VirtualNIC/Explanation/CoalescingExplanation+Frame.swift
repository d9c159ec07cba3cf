internal import GsoEngine
internal import WireFormats

extension CoalescingExplanation.Frame {
  internal init(
    _ index: Int, _ arrival: ArrivedFrame, _ layout: PacketLayout?,
    _ decision: CoalescingDecision, _ place: CoalescingExplanation.Place
  ) {
    let octets = arrival.octets.octets
    (self.index, time, frameLength) = (index, arrival.time.nanoseconds, octets.byteCount)
    payloadLength = layout?.payloadRange?.count
    identification = layout?.network.flatMap { network in
      network.version == .ipv4
        ? (try? IPv4Header(octets, at: network.offset))?.identification : nil
    }
    let transport = layout?.transport
    var (sequence, flags): (UInt32?, String) = (nil, "")
    if let transport, transport.kind == .tcp,
      let header = try? TCPHeader(octets, at: transport.offset)
    {
      (sequence, flags) = (header.sequenceNumber, "\(header.flags)")
    }
    (sequenceNumber, self.flags) = (sequence, flags)
    (unit, offsetInUnit) = (place.unit, place.offset)
    switch decision {
    case .merged(let count):
      self.decision = "merged"
      sentence = "It continues the unit of its flow, as segment \(count)."
    case .held(let refusal):
      self.decision = "held"
      sentence =
        "It starts a unit"
        + (refusal.map { ", because it cannot follow the unit of its flow: \($0)." } ?? ".")
    case .delivered(let refusal):
      self.decision = "delivered"
      sentence = "It is delivered unmodified: \(refusal)."
    }
  }
}

extension CoalescingExplanation.Unit {
  internal init(
    _ unit: CoalescedUnit, at index: Int, _ arrivals: [ArrivedFrame], _ layouts: [PacketLayout?],
    _ request: CoalescingRequest
  ) {
    self.index = index
    let numbers = unit.inputs
    var inputs: [Int] = []
    for position in numbers.indices { inputs.append(numbers[position]) }
    frames = inputs
    frameLength = unit.frame.byteCount
    let tunnels = request.rules.tunnels == .opaque ? .none : request.recognition
    do throws(WireError) {
      let layout = try PacketLayout(parsing: unit.frame, link: request.link, tunnels: tunnels)
      headers = Explanation.headers(of: unit.frame, layout: layout)
    } catch {
      headers = Explanation.headers(ofUnread: unit.frame, request.link)
    }
    let metadata = unit.metadata
    segmentSize = metadata.segmentSize
    end = metadata.end.sentence
    checksum = "\(metadata.checksum)"
    timestampDelta = metadata.timestampDelta
    let samples =
      inputs.count > 2 ? [0, inputs.count / 2, inputs.count - 1] : Array(0..<inputs.count)
    let headersOfFrames = samples.map { sample in
      let octets = arrivals[inputs[sample]].octets
      guard let layout = layouts[inputs[sample]] else { return [Explanation.Header]() }
      return Explanation.headers(of: octets.octets, layout: layout)
    }
    changes =
      inputs.count > 1
      ? Explanation.Change.all(
        from: headers, to: headersOfFrames, ChangeRules(coalescing: request.rules)) : []
  }
}

extension CoalescedUnit.End {
  /// Why a unit ended, in one sentence.
  fileprivate var sentence: String {
    switch self {
    case .notCoalesced(let refusal): "The frame cannot be in any unit: \(refusal)."
    case .flags(let flags): "The last segment has the TCP flags \(flags)."
    case .shortSegment(let payload, let size):
      "The last segment has \(payload) octets of payload, the others have \(size)."
    case .segmentCount(let limit): "The rules allow \(limit) segments."
    case .nextFrame(let refusal): "The next frame of the flow cannot be merged: \(refusal)."
    case .flowCapacity(let limit): "Another flow needed the memory: \(limit) are held at a time."
    case .window(let nanoseconds): "It was held for \(nanoseconds) ns."
    case .batchEnd: "The batch of frames ended."
    case .flush: "The frames ended."
    }
  }
}
