/// The sentences of the codes that C gets, with places for operands.
///
/// A sentence has fewer numbers than that of the error in Swift, which has more than the operands.
internal enum ErrorSentence {
  /// The sentence of a code, also of an unknown one.
  static func ofCode(_ code: Int32) -> StaticString {
    if let sentence = ofBorder(code) ?? ofFrame(code) ?? ofNIC(code) ?? ofState(code) {
      return sentence
    }
    return 1_000...1_099 ~= code
      ? "a rule of NetAdapterCx is broken: code %0 is 1000 and its failure code; parameters %1, %2"
      : code == 1_100
        ? "a rule of the documentation is broken, which has no failure code; values %1, %2"
        : code == 0 ? "no error" : "unknown code %0; operands %1, %2, %3"
  }

  /// The functions of C themselves.
  private static func ofBorder(_ code: Int32) -> StaticString? {
    switch code {
    case 1: "argument %1 is NULL"
    case 2: "the struct of argument %1 has %2 octets by its size member, at least %3 are needed"
    case 3: "the struct of argument %1 asks for what this library does not know, at octet %2"
    case 4: "the number %2 in argument %1 is not valid, %3 is the most"
    case 5: "the memory of argument %1 holds no plan of this version of the library"
    case 6: "the plan has no frame %1, it has %2 frames"
    case 7: "the result needs %1 octets, there is room for %2"
    case 8: "the call came from a callback of the same object; make it after that has returned"
    case 9: "the text of argument %1 is no known name"
    case 10: "a plan of kind %1 has no segments"
    default: nil
    }
  }

  /// Frames and their metadata.
  private static func ofFrame(_ code: Int32) -> StaticString? {
    switch code {
    case 101: "the %L1 header at octet %2 needs %3 octets, fewer are there"
    case 102: "the %F1 at octet %2 is %3, which is not valid"
    case 103: "more than %2 headers of kind %L1 in a row, one too many at octet %3"
    case 104: "%L1 headers have more than %2 octets, one too many at octet %3"
    case 105: "the frame has %1 octets, more than the limit of %2"
    case 201: "the frame carries EtherType %1, not IP"
    case 202: "the packet is an IP fragment"
    case 203: "segments cannot repeat header %1 before the transport header"
    case 204: "the packet carries IP protocol %1, neither TCP nor UDP"
    case 205: "the packet is in more than %1 tunnel"
    case 206: "the packet has a jumbo payload option and is in a tunnel"
    case 207: "the packet has a jumbo payload option, so it cannot be fragmented"
    case 208:
      "the packet has a jumbo payload option in %1 octets of extension headers, and not in 8"
    case 209: "the packet has a jumbo payload option before IP protocol %1, and not before TCP"
    case 210: "the packet has a jumbo payload option and a payload length of %1, not 0"
    case 211: "the jumbo payload option declares %1 octets, %2 are there"
    case 212: "the jumbo payload option declares %1 octets, it is for more than 65535"
    case 213: "%L1 claims %2 octets, %3 are there"
    case 214: "the routing header has %1 segments left, its number of addresses is %2"
    case 215: "the UDP length is %1, the IP payload has %2 octets"
    case 216: "segmentation of IP protocol %1 was asked for, the packet is %2"
    case 217: "the rules do not segment IP protocol %1 over IPv%2"
    case 218: "a segment size of %1 octets is not in 1...1048575"
    case 219: "datagrams of %1 octets were asked for, %2 octets fit the MTU"
    case 220:
      "the UDP datagram of %1 octets makes a packet of %2, the MTU is %3: give a segment size"
    case 221: "the datagram carries the tunnel of port %1, its packet has %2 octets, the MTU is %3"
    case 222: "an MTU of %1 octets leaves no room after %2 octets of headers"
    case 223: "a segment would be an IP packet of %1 octets, %2 is the most"
    case 224: "the frame gives %1 segments, %2 are allowed"
    case 225: "%1 octets of payload are no multiple of %2"
    case 226: "frames with the TCP flags 0x%x1 are not segmented"
    case 227: "the packet must not be fragmented: DF is set"
    case 228: "a fragment size of %1 octets is no multiple of 8"
    case 229: "the planned frame had %1 octets, this one has %2"
    case 230: "an arena cannot have %1 octets"
    case 231: "an arena cannot have %1 slots"
    case 232: "the memory for headers cannot have %1 octets"
    case 233: "segments from %1 to before %2 were asked for, the plan has %3"
    case 234: "the segments need %1 octets, the output has room for %2"
    case 235: "the frame gives %1 segments, the arena has %2 slots left"
    case 236: "buffer %1 of the frame, octets %2 to before %3, lies outside of the memory"
    case 301: "gso_type 0x%x1 is not known"
    case 302: "gso_type 0x%x1 has the ECN bit, which goes with TCP only"
    case 303: "gso_type 0x%x1 has the bit of accurate ECN, which needs rules that repeat CWR"
    case 304: "gso_size %1 is not in 1...65534"
    case 305: "hdr_len is %1, the frame has %2 octets"
    case 306: "gso_type 0x%x1 needs the NEEDS_CSUM flag"
    case 307: "csum_start %1 and csum_offset %2 point outside of a frame of %3 octets"
    case 308: "csum_start is %1, no IP header fits before octet %2"
    case 309: "csum_start is %1, the transport header starts at octet %2"
    case 310: "csum_offset is %1, the protocol has its checksum at %2"
    case 311: "gso_type 0x%x1 does not fit IP protocol %3 over IPv%2"
    case 312: "gso_type 0x%x1 does not fit the outer headers"
    case 313: "inner_nh_offset is %1, where no IP header starts after the outer UDP header"
    case 314: "outer_th_offset is %1, the outer UDP header starts at octet %2"
    case 315: "the header offset is %1, the transport header starts at octet %2"
    case 316: "the record does not fit IP protocol %2 over IPv%1"
    case 317: "an NDIS record cannot describe a packet in a tunnel"
    case 318: "no payload to segment by %2 octets after %1 octets of TCP options"
    default: nil
    }
  }
}
