internal import GsoEngine
internal import NetAdapterCore
internal import WireFormats

extension StateWriter {
  /// Writes an action; its plan is made again from the octets of the frame.
  internal mutating func write(_ action: TransmitAction) {
    switch action {
    case .drop(let reason, let plan, let kind):
      write(UInt8(0))
      write(reason)
      write(plan) { $0.write($1) }
      write(kind) { $0.write($1, of: [.tcp, .udp]) }
    case .sendUnmodified: write(UInt8(1))
    case .computeChecksums(let plan, let decision):
      write(UInt8(2))
      write(plan.fields.rawValue)
      write(decision)
    case .segment(let plan, let decision, let checksum):
      write(UInt8(3))
      write(plan)
      switch decision {
      case .none: write(ChecksumDecision.none)
      case .hardware: write(ChecksumDecision.hardware)
      case .software(let reason): write(ChecksumDecision.software(because: reason))
      }
      write(checksum)
    }
  }

  private mutating func write(_ plan: SegmentationPlan) {
    write(plan.segmentSize)
    write(plan.plannedFrameLength)
    write(plan.network.lengthField)
  }

  private mutating func write(_ decision: ChecksumDecision) {
    switch decision {
    case .none: write(UInt8(0))
    case .hardware: write(UInt8(1))
    case .software(let reason):
      write(UInt8(2))
      write(reason)
    }
  }

  private mutating func write(_ reason: TransmitReport.DropReason) {
    if case .refused(let error) = reason {
      write(Int32(0))
      return write(error)
    }
    let numbers = reason.numbers
    write(numbers.code)
    write(numbers.operands.0)
    write(numbers.operands.1)
  }

  private mutating func write(_ reason: SoftwareReason) {
    let numbers = reason.numbers
    write(numbers.code)
    write(numbers.operands.0)
    write(numbers.operands.1)
    switch reason {
    case .notActive(.keyword(let keyword)): write(keyword.rawValue)
    case .notActive(.request(let member)): write(member.rawValue)
    default: break
    }
  }
}

/// Reads actions: makes plans again, by the rules and tunnels of the queue.
internal struct ActionReader {
  let rules: SegmentationRules
  let tunnels: TunnelRecognition

  /// Reads the action of a frame.
  func read(_ reader: inout StateReader, _ frame: RawSpan) throws(StateError) -> TransmitAction {
    switch try reader.read("kind of an action", in: UInt8(0)...3) {
    case 0:
      let reason = try readDropReason(&reader)
      let plan =
        try reader.readBool("presence of a plan") ? try readPlan(&reader, frame) : nil
      let kind = try reader.readOptional("presence of a protocol") { reader throws(StateError) in
        try reader.read("protocol", of: [TransportLayout.Kind.tcp, .udp])
      }
      if case .cancelled(let sent) = reason, let plan, !(0...plan.count).contains(sent) {
        throw .contradiction("more segments sent than there are", offset: reader.offset)
      }
      return .drop(reason, plan: plan, kind: kind)
    case 1: return .sendUnmodified
    case 2:
      let fields = ChecksumPlan.Fields(rawValue: try reader.read())
      let decision = try readDecision(&reader)
      do throws(SegmentationError) {
        return .computeChecksums(
          try ChecksumPlan(of: frame, tunnels: tunnels, fields: fields, rules: rules), decision)
      } catch {
        throw .contradiction("checksums that the frame does not have", offset: reader.offset)
      }
    default:
      let plan = try readPlan(&reader, frame)
      let decision: OffloadDecision =
        switch try readDecision(&reader) {
        case .none: .none
        case .hardware: .hardware
        case .software(let reason): .software(because: reason)
        }
      return .segment(plan, decision, try readDecision(&reader))
    }
  }

  private func readPlan(
    _ reader: inout StateReader, _ frame: RawSpan
  ) throws(StateError) -> SegmentationPlan {
    let size = try reader.read("segment size", in: 1...1_048_575)
    let length = try reader.read("length of a planned frame", in: 0...Int(UInt32.max))
    let lengthField: UInt16 = try reader.read()
    do throws(SegmentationError) {
      return try SegmentationPlan(
        again: frame, plannedLength: length, lengthField: lengthField, tunnels: tunnels,
        request: SegmentationRequest(segmentSize: size, rules: rules))
    } catch {
      throw .contradiction("a segmentation that the frame does not have", offset: reader.offset)
    }
  }

  private func readDecision(_ reader: inout StateReader) throws(StateError) -> ChecksumDecision {
    switch try reader.read("decision", in: UInt8(0)...2) {
    case 0: .none
    case 1: .hardware
    default: .software(because: try reader.readSoftwareReason())
    }
  }

  private func readDropReason(
    _ reader: inout StateReader
  ) throws(StateError) -> TransmitReport.DropReason {
    let start = reader.offset
    let code: Int32 = try reader.read()
    guard code != 0 else { return .refused(try reader.readSegmentationError()) }
    let first = try reader.read("operand", in: Int.min...Int.max)
    let second = try reader.read("operand", in: Int.min...Int.max)
    switch code {
    case 651: return .notStarted
    case 652: return .empty
    case 653: return .exceedsMTU(packetLength: first, mtu: second)
    case 654: return .segmentExceedsMTU(packetLength: first, mtu: second)
    case 655: return .exceedsRing(octets: first, limit: second)
    case 656: return .exceedsFragmentLimit(octets: first, limit: second)
    case 657: return .cancelled(framesSent: first)
    case 658: return .ringsReplaced(packetsPosted: first)
    case 659: return .nestedTooDeeply(limit: first)
    default:
      throw .outOfRange(
        "reason for a drop", offset: start, found: Int64(code), lowest: 651, highest: 659)
    }
  }
}

extension StateReader {
  fileprivate mutating func readSoftwareReason() throws(StateError) -> SoftwareReason {
    let start = offset
    let code: Int32 = try read()
    let first = try read("operand", in: Int.min...Int.max)
    let second = try read("operand", in: Int.min...Int.max)
    switch code {
    case 701: return .noHardware
    case 702: return .layer3(Layer3Flags(rawValue: UInt32(truncatingIfNeeded: first)))
    case 703: return .layer4(Layer4Flags(rawValue: UInt32(truncatingIfNeeded: first)))
    case 704: return .layer3HeaderOffset(offset: first, limit: second)
    case 705: return .layer4HeaderOffset(offset: first, limit: second)
    case 706: return .tunnel
    case 707: return .vlanTags(first)
    case 708: return .linkHeaders(octets: first)
    case 709: return .layer3HeaderLength(octets: first, limit: second)
    case 710: return .payload(octets: first, limit: second)
    case 711: return .segmentCount(first, minimum: second)
    case 712: return .ringCapacity(octets: first, limit: second)
    case 713: return .ipv6PayloadLength
    case 714:
      guard let keyword = Keyword(rawValue: try readText("keyword")) else { break }
      return .notActive(.keyword(keyword))
    case 715:
      guard let member = OffloadRefusal.Member(rawValue: try readText("member")) else { break }
      return .notActive(.request(member))
    case 716: return .notActive(.paused)
    case 717: return .notActive(.absentKeywords)
    case 718: return .notActive(.unknown)
    default: break
    }
    throw .outOfRange(
      "reason for software", offset: start, found: Int64(code), lowest: 701, highest: 718)
  }
}
