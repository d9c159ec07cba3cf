/// The frame that all saved states have around their values.
///
/// | offset | octets | value |
/// |---|---|---|
/// | 0 | 4 | signature, "VST1" read as a big-endian number |
/// | 4 | 2 | kind of the state, ``StateKind`` |
/// | 6 | 2 | version of that kind, from 1 |
/// | 8 | 8 | octets of the values |
/// | 16 | *n* | the values |
/// | 16 + *n* | 4 | CRC-32 of all octets before it (IEEE 802.3) |
///
/// All integers but the signature are little-endian. An `Int` has eight octets on every machine.
package enum StateFormat {
  package static let magic: UInt32 = 0x5653_5431
  package static let headerLength = 16
  package static let checksumLength = 4
}
