/// What a decoder found in the octets that are buffered.
enum DecodingStep {
  /// More octets are needed: this many in all, counted from the current position.
  case needs(Int)
  /// Go on this many octets later.
  case advance(Int)
  /// An item without a frame; go on `byteCount` octets later, once it is no longer in use.
  case block(CaptureItem.Kind, byteCount: Int)
  /// A block whose ends are sound and whose content is not; go on after it.
  case damaged(Defect, byteCount: Int)
  /// Go on this many octets later; the item has `remaining` more octets after those.
  case skip(UInt64, remaining: UInt64)
  /// A frame; go on `byteCount` octets later, once the frame is no longer in use.
  case record(RecordFields, byteCount: Int)
}

/// All of a record but its octets, which stay in the reader's buffer.
///
/// It is packed, because every frame has one that is copied several times. No block has more octets
/// than 32 bits can count.
struct RecordFields {
  private let octetsStart: UInt32
  private let octetsEnd: UInt32
  private let optionsStart: UInt32
  private let optionsEnd: UInt32
  private let packedFlagsOffset: UInt32
  private let packedByteCount: UInt32
  private let packedInterfaceIndex: UInt32
  let originalLength: UInt32
  let timestamp: CaptureTimestamp?
  let source: InterfaceReference
  let sectionIndex: Int
  let optionOrder: ByteOrder
  let form: RecordForm

  init(
    octets: Range<Int>, options: Range<Int>, optionOrder: ByteOrder,
    timestamp: CaptureTimestamp?, originalLength: UInt32, interfaceIndex: Int, sectionIndex: Int,
    source: InterfaceReference, form: RecordForm, flagsOffset: Int, byteCount: Int
  ) {
    octetsStart = UInt32(truncatingIfNeeded: octets.lowerBound)
    octetsEnd = UInt32(truncatingIfNeeded: octets.upperBound)
    optionsStart = UInt32(truncatingIfNeeded: options.lowerBound)
    optionsEnd = UInt32(truncatingIfNeeded: options.upperBound)
    packedFlagsOffset = UInt32(truncatingIfNeeded: flagsOffset)
    packedByteCount = UInt32(truncatingIfNeeded: byteCount)
    packedInterfaceIndex = UInt32(truncatingIfNeeded: interfaceIndex)
    (self.optionOrder, self.timestamp) = (optionOrder, timestamp)
    (self.originalLength, self.sectionIndex) = (originalLength, sectionIndex)
    (self.source, self.form) = (source, form)
  }

  /// The captured octets, counted from the start of the item.
  var octets: Range<Int> { Int(octetsStart)..<Int(octetsEnd) }
  /// The octets of pcapng's options, counted from the start of the item; empty for pcap.
  var options: Range<Int> { Int(optionsStart)..<Int(optionsEnd) }
  /// Where the value of pcapng's `epb_flags` is, counted from the start of the item; 0 without.
  var flagsOffset: Int { Int(packedFlagsOffset) }
  /// Octets of the whole item.
  var byteCount: Int { Int(packedByteCount) }
  /// The interface's place in its section.
  var interfaceIndex: Int { Int(packedInterfaceIndex) }
}

/// The kind of record or block that holds a frame.
enum RecordForm {
  case pcap
  case enhancedPacket
  case packet
  case simplePacket
}

/// An interface that records point to.
///
/// Every record has its interface. As a value the interface would be larger than the rest of the
/// record, and copying it is measurably slow for small frames.
final class InterfaceReference: Sendable {
  let interface: CaptureInterface

  /// Octets of frame check sequence, for frames that do not say it themselves.
  let frameCheckSequenceLength: Int

  init(_ interface: CaptureInterface) {
    self.interface = interface
    frameCheckSequenceLength = interface.frameCheckSequenceByteCount ?? 0
  }
}
