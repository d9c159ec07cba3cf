extension ErrorSentence {
  /// Saved states, and what cannot be saved or restored.
  internal static func ofState(_ code: Int32) -> StaticString? {
    switch code {
    case 801: "not a saved state: it begins with 0x%x1, not with 0x56535431"
    case 802: "the state at octet %3 is of kind %2, not of kind %1"
    case 803: "the state of kind %1 has version %2; this release reads those up to %3"
    case 804: "the state needs %2 octets at octet %1, %3 are there"
    case 805: "the state ends at octet %1, and %2 octets follow"
    case 806: "the state is damaged: its CRC-32 is 0x%x2, not 0x%x1 as it says"
    case 807: "the value at octet %1 of the state is %2, which is not in its range; %3 is the most"
    case 808: "the text at octet %1 of the state is not valid UTF-8"
    case 809: "values before octet %1 of the state exclude each other"
    case 851: "a driver has %1 packets and %2 fragments; advance until it has returned them"
    case 852: "the call came from inside of a delivery or a callback; save after that"
    case 853: "set callbacks have yet to run for %1 changes of the adapter; save after them"
    case 854: "a queue in state %1 cannot be saved"
    case 861: "%C1 is not what it was when the state was saved"
    default: nil
    }
  }

  /// The name of a declaration or its member in C, by the number of `RestoreError.differs`.
  static func declaration(_ number: Int64) -> StaticString {
    switch number {
    case 1: "gso"
    case 2: "gso.layer3"
    case 3: "gso.layer4"
    case 4: "gso.layer4_header_offset_limit"
    case 5: "gso.maximum_offload_size"
    case 6: "gso.minimum_segment_count"
    case 7: "tx_checksum"
    case 8: "tx_checksum.layer3"
    case 9: "tx_checksum.layer4"
    case 10: "tx_checksum.layer3_header_offset_limit"
    case 11: "tx_checksum.layer4_header_offset_limit"
    case 12: "set_rx_checksum"
    case 13: "rsc"
    case 14: "rsc.layer3"
    case 15: "rsc.layer4"
    case 16: "rsc.tcp_timestamp_option"
    case 17, 18: "IEEE 802.1Q, which this interface does not declare,"
    default: "what serves the queues"
    }
  }
}
