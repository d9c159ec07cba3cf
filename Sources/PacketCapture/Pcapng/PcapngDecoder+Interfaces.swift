/// Interface Description Blocks.
///
/// ```
/// link type (2)   reserved (2)   snapshot length (4)   options …
/// ```
///
/// - SeeAlso: draft-ietf-opsawg-pcapng, section 4.2.
extension PcapngDecoder {
  /// Reads a whole block up to its trailing length.
  mutating func readInterface(_ content: RawSpan, _ order: ByteOrder) throws(Defect) {
    guard interfaces.count < CaptureLimits.interfaceCount else {
      throw Defect(.tooManyInterfaces(limit: CaptureLimits.interfaceCount), at: 0)
    }
    var interface = CaptureInterface(
      linkType: LinkType(inFile: content.load(8, order)),
      snapLength: content.load(12, order),
      resolution: .microseconds)
    let start = 16
    let list = content.extracting(start..<content.byteCount)
    var options = PcapngOptions(list, order)
    // Damaged options count as absent, so that the frames of the interface can be read.
    defer { interfaces.append(InterfaceReference(interface)) }
    do throws(Defect) {
      while let option = try options.next() {
        try Self.apply(option, list.extracting(option.value), order, to: &interface)
      }
    } catch {
      throw Defect(error.reason, at: start + error.relativeOffset)
    }
  }

  /// Adds an interface of which nothing is known, so that those after it have their own index.
  mutating func addUnreadableInterface() {
    guard interfaces.count < CaptureLimits.interfaceCount else { return }
    let interface = CaptureInterface(
      linkType: LinkType(rawValue: .max), snapLength: 0, resolution: .microseconds)
    interfaces.append(InterfaceReference(interface))
  }

  private static func apply(
    _ option: PcapngOptions.Option, _ value: RawSpan, _ order: ByteOrder,
    to interface: inout CaptureInterface
  ) throws(Defect) {
    switch option.code {
    case PcapngOptionCode.interfaceName:
      interface.name = name(value)
    case PcapngOptionCode.timestampResolution:
      try expect(1, option)
      let octet: UInt8 = value.load(0, order)
      guard let resolution = TimestampResolution(rawValue: octet) else {
        throw Defect(.timestampResolution(octet), at: option.value.lowerBound)
      }
      interface.resolution = resolution
    case PcapngOptionCode.timestampOffset:
      try expect(8, option)
      interface.timestampOffset = value.load(0, order)
    case PcapngOptionCode.frameCheckSequenceLength:
      try expect(1, option)
      interface.frameCheckSequenceByteCount = Int(value.load(0, order, as: UInt8.self))
    default:
      break
    }
  }

  /// A name of at most ``CaptureLimits/nameByteCount`` octets, which ends with a whole character.
  ///
  /// An octet that is no UTF-8 becomes a replacement character of three, so the text is cut again.
  private static func name(_ value: RawSpan) -> String {
    let text = value.extracting(first: CaptureLimits.nameByteCount).text()
    guard value.byteCount > CaptureLimits.nameByteCount || text.utf8.count > value.byteCount else {
      return text
    }
    var name = String.UnicodeScalarView()
    var count = 0
    for scalar in text.unicodeScalars {
      count += scalar.utf8.count
      if count > CaptureLimits.nameByteCount { break }
      name.append(scalar)
    }
    return String(name)
  }

  private static func expect(_ byteCount: Int, _ option: PcapngOptions.Option) throws(Defect) {
    guard option.value.count == byteCount else {
      throw Defect(
        .optionLength(code: option.code, expected: byteCount, actual: option.value.count),
        at: option.value.lowerBound - 4)
    }
  }
}
