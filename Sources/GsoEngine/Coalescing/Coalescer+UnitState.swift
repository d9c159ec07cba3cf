internal import WireFormats

// One held unit in a state: its octets, and what does not follow from them.
extension Coalescer {
  internal func writeUnit(_ slot: Int, to writer: inout StateWriter) {
    let unit = units[slot]
    writer.write(memory.slot(slot).extracting(first: unit.frameLength))
    writer.write(unit.headers.network.end + unit.trailerLength)
    writer.write(unit.firstArrival)
    writer.write(unit.lastArrival)
    writer.write(unit.segmentSize)
    writer.write(unit.flags.rawValue)
    writer.write(unit.firstTimestamp)
    writer.write(unit.hasFixedOuterIdentification)
    writer.write(unit.hasFixedIdentification)
    writer.write(unit.isPartial)
    let numbers = inputs.numbers(of: slot, count: unit.count)
    writer.write(unit.count)
    for index in numbers.indices { writer.write(numbers[index]) }
  }

  internal mutating func readUnit(_ reader: inout StateReader) throws(StateError) {
    let octets = try reader.readOctets("octets of a unit", upTo: SlotMemory.slotByteCount)
    let firstLength = try reader.read(
      "length of the first frame", in: 0...SlotMemory.slotByteCount)
    let first = firstFrame(of: octets, firstLength)
    let (parsed, fields) = try headers(ofFirst: first, before: reader.offset)
    var unit = HeldUnit(parsed, fields, first.octets, sum: 0, at: 0, isPartial: false)
    unit.firstArrival = try reader.read()
    unit.lastArrival = try reader.read()
    guard unit.firstArrival <= unit.lastArrival, unit.lastArrival <= now else {
      throw .contradiction("the frames of a unit arrive in no order", offset: reader.offset)
    }
    unit.segmentSize = try reader.read("segment size", in: parsed.payload.count...65_535)
    unit.flags = TCPFlags(rawValue: try reader.read())
    let timestamp = try reader.read(UInt32.self)
    if unit.timestampOffset != 0 { unit.firstTimestamp = timestamp }
    unit.hasFixedOuterIdentification = try reader.readBool("outer identification")
    unit.hasFixedIdentification = try reader.readBool("identification")
    unit.isPartial = try reader.readBool("partial checksum")
    let count = try reader.readCount("number of frames of a unit", ofAtLeast: 8, upTo: 65_535)
    unit.payloadLength = octets.count - parsed.transport.payloadOffset
    if count == 1 { unit.payloadLength -= unit.trailerLength }
    guard isPossible(unit, count: count, firstLength: firstLength, octets.count) else {
      throw .contradiction("the lengths of a unit exclude each other", offset: reader.offset)
    }
    let payload = parsed.transport.payloadOffset..<(octets.count)
    unit.payloadSum = WordSum.sum(
      octets.octets.extracting(payload).extracting(first: unit.payloadLength))
    unit.nextSequence = fields.sequence &+ UInt32(truncatingIfNeeded: unit.payloadLength)
    try add(unit, octets, count, &reader)
  }

  /// The first frame, as far as a unit has it: all headers, and as many octets.
  private func firstFrame(of octets: [UInt8], _ length: Int) -> [UInt8] {
    var frame = Array(octets.prefix(length))
    frame += [UInt8](repeating: 0, count: length - frame.count)
    // The hop limit of the unit may be that of a later frame.
    let tunnels = request.rules.tunnels == .opaque ? TunnelRecognition.none : request.recognition
    if let plan = try? ChecksumPlan(
      of: frame, link: request.link, tunnels: tunnels, fields: .ipv4Header)
    {
      _ = try? plan.apply(to: &frame)
    }
    return frame
  }

  /// The headers of the first frame of a unit, if it could be held.
  private func headers(
    ofFirst frame: [UInt8], before offset: Int
  ) throws(StateError) -> (ParsedFrame, SegmentFields) {
    let octets = frame.octets
    var parsed: ParsedFrame?
    if let start = UsualStart(octets, request.link) { parsed = usual.headers(of: octets, start) }
    if parsed == nil, case .usable(let found) = FrameCheck(octets, request) { parsed = found }
    guard let parsed else {
      throw .contradiction("the rules hold no unit with these headers", offset: offset)
    }
    var fields = SegmentFields.none
    let refusal: CoalescingRefusal?
    if parsed.transport.kind == .tcp {
      fields = SegmentFields(octets, at: parsed.transport.offset)
      refusal = fields.refusal(
        octets, parsed.transport, payloadLength: parsed.payload.count, request.rules)
    } else {
      refusal = datagramRefusal(octets, parsed)
    }
    guard refusal == nil, slot(ofFlow: parsed, octets) == nil else {
      throw .contradiction(
        refusal == nil
          ? "two units have the same flow" : "the rules hold no unit with these headers",
        offset: offset)
    }
    return (parsed, fields)
  }

  /// Whether the octets of a unit are enough for its frames, and not more than a unit may have.
  private func isPossible(
    _ unit: HeldUnit, count: Int, firstLength: Int, _ byteCount: Int
  ) -> Bool {
    guard count != 1 else {
      return byteCount == firstLength && unit.payloadLength == unit.headers.payload.count
    }
    return count > 1 && unit.payloadLength >= unit.headers.payload.count + count - 1
      && unit.packetLength <= request.rules.packetLengthLimit
  }

  /// Holds a unit, whose numbers are read.
  private mutating func add(
    _ unit: HeldUnit, _ octets: [UInt8], _ count: Int, _ reader: inout StateReader
  ) throws(StateError) {
    let slot = table.takeSlot()
    var target = memory.mutableSlot(slot)
    target.copy(octets.octets, at: 0)
    units[slot] = unit
    table.add(slot, hash: unit.headers.hash, &units)
    var last = -1
    for _ in 0..<count {
      let number = try reader.read("number of a frame", in: 0...Int.max)
      guard number > last, number < frameCount else {
        throw .contradiction("the frames of a unit have no order", offset: reader.offset)
      }
      note(number, slot)
      last = number
    }
  }
}
