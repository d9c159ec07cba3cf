/// What a decoder makes of the octets buffered so far.
enum DecodingStep {
  /// Ask again when this many octets are there, counted from the current position.
  case needs(Int)
  /// Go on this many octets later.
  case advance(Int)
  /// An item without a frame; go on `byteCount` octets later, once it is no longer in use.
  case block(CaptureItem.Kind, byteCount: Int)
  /// A block whose ends are sound and whose content is not; go on behind it.
  case damaged(Defect, byteCount: Int)
  /// Go on this many octets later; the item has `remaining` more octets behind those.
  case skip(UInt64, remaining: UInt64)
  /// A frame; go on `byteCount` octets later, once the frame is no longer in use.
  case record(RecordFields, byteCount: Int)
}

/// All of a record but its octets, which stay in the reader's buffer.
struct RecordFields {
  /// The captured octets, counted from the start of the item.
  var octets: Range<Int>
  /// The octets of pcapng's options, counted from the start of the item; empty for pcap.
  var options: Range<Int>
  var optionOrder: ByteOrder
  var timestamp: CaptureTimestamp?
  var originalLength: UInt32
  var interfaceIndex: Int
  var sectionIndex: Int
  var source: InterfaceReference
  var form: RecordForm
  /// Where the value of pcapng's `epb_flags` is, counted from the start of the item; 0 without.
  var flagsOffset: Int
  /// Octets of the whole item.
  var byteCount: Int
}

/// How a file keeps a frame.
enum RecordForm {
  case pcap
  case enhancedPacket
  case packet
  case simplePacket
}

/// What a reader came to.
enum Found {
  case record(RecordFields)
  case block(CaptureItem.Kind)
}

/// An interface that records point to.
///
/// Every record carries its interface. As a value it would be more to copy than all the rest of a
/// record, which shows for small frames.
final class InterfaceReference: Sendable {
  let interface: CaptureInterface

  /// Octets of frame check sequence, for frames that do not say it themselves.
  let frameCheckSequenceLength: Int

  init(_ interface: CaptureInterface) {
    self.interface = interface
    frameCheckSequenceLength = interface.frameCheckSequenceByteCount ?? 0
  }
}
