/// What a decoder makes of the octets buffered so far.
enum DecodingStep {
  /// Ask again when this many octets are there, counted from the current position.
  case needs(Int)
  /// An item without a frame; go on behind it.
  case advance(Int)
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
}

/// An interface that records point to.
///
/// Every record carries its interface. As a value it would be more to copy than all the rest of a
/// record, which shows for small frames.
final class InterfaceReference: Sendable {
  let interface: CaptureInterface

  init(_ interface: CaptureInterface) { self.interface = interface }
}
