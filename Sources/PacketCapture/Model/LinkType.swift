/// What the first octets of a captured frame are: a number of the tcpdump.org registry.
///
/// Any value can be represented; which ones make sense is the consumer's decision. The
/// ``description`` is made for the message that refuses one: `link type 105 (IEEE802_11)`.
///
/// - SeeAlso: <https://www.tcpdump.org/linktypes.html>
public struct LinkType: RawRepresentable, Hashable, Sendable {
  /// The `LINKTYPE_` number.
  public let rawValue: UInt16

  /// Makes a link type of any number, registered or not.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `LINKTYPE_NULL`: a four-octet address family in the recording host's byte order, then IP.
  public static let null = LinkType(rawValue: 0)
  /// `LINKTYPE_ETHERNET`: an Ethernet header, without preamble and normally without FCS.
  public static let ethernet = LinkType(rawValue: 1)
  /// `LINKTYPE_PPP`: a PPP frame, its address and control fields (0xFF03) there or not.
  public static let ppp = LinkType(rawValue: 9)
  /// `LINKTYPE_PPP_HDLC`: a PPP frame with address and control fields, or one of Cisco's HDLC.
  public static let pppHDLC = LinkType(rawValue: 50)
  /// `LINKTYPE_RAW`: an IPv4 or IPv6 header; the version nibble tells which.
  public static let raw = LinkType(rawValue: 101)
  /// `LINKTYPE_LOOP`: a four-octet address family in network byte order, then IP.
  public static let loop = LinkType(rawValue: 108)
  /// `LINKTYPE_LINUX_SLL`: the 16-octet header of a recording on the `any` device.
  public static let linuxSLL = LinkType(rawValue: 113)
  /// `LINKTYPE_IPV4`: an IPv4 header.
  public static let ipv4 = LinkType(rawValue: 228)
  /// `LINKTYPE_IPV6`: an IPv6 header.
  public static let ipv6 = LinkType(rawValue: 229)
  /// `LINKTYPE_LINUX_SLL2`: the 20-octet header of a recording on the `any` device.
  public static let linuxSLL2 = LinkType(rawValue: 276)

  /// The link type that a file's number stands for.
  ///
  /// Some systems write their own `DLT_RAW`, 12 or 14, where the registry's 101 belongs. Both
  /// numbers are unassigned in the registry for that reason, so nothing else can be meant.
  init(inFile value: UInt16) {
    self = value == 12 || value == 14 ? .raw : LinkType(rawValue: value)
  }
}

extension LinkType: CustomStringConvertible {
  /// The registry's name without its `LINKTYPE_` prefix, where this module knows it.
  public var name: String? {
    switch rawValue {
    case 0: "NULL"
    case 1: "ETHERNET"
    case 6: "IEEE802_5"
    case 7: "ARCNET_BSD"
    case 8: "SLIP"
    case 9: "PPP"
    case 10: "FDDI"
    case 50: "PPP_HDLC"
    case 51: "PPP_ETHER"
    case 100: "ATM_RFC1483"
    case 101: "RAW"
    case 104: "C_HDLC"
    case 105: "IEEE802_11"
    case 107: "FRELAY"
    case 108: "LOOP"
    case 113: "LINUX_SLL"
    case 117: "PFLOG"
    case 119: "IEEE802_11_PRISM"
    case 122: "IP_OVER_FC"
    case 127: "IEEE802_11_RADIOTAP"
    case 147...162: "USER\(rawValue - 147)"
    case 163: "IEEE802_11_AVS"
    case 187: "BLUETOOTH_HCI_H4"
    case 189: "USB_LINUX"
    case 192: "PPI"
    case 195: "IEEE802_15_4_WITHFCS"
    case 201: "BLUETOOTH_HCI_H4_WITH_PHDR"
    case 220: "USB_LINUX_MMAPPED"
    case 227: "CAN_SOCKETCAN"
    case 228: "IPV4"
    case 229: "IPV6"
    case 230: "IEEE802_15_4_NOFCS"
    case 239: "NFLOG"
    case 247: "INFINIBAND"
    case 249: "USBPCAP"
    case 252: "WIRESHARK_UPPER_PDU"
    case 253: "NETLINK"
    case 254: "BLUETOOTH_LINUX_MONITOR"
    case 271: "VSOCK"
    case 274: "ETHERNET_MPACKET"
    case 276: "LINUX_SLL2"
    default: nil
    }
  }

  /// The number and, where known, the name, such as `link type 1 (ETHERNET)`.
  public var description: String {
    guard let name else { return "link type \(rawValue)" }
    return "link type \(rawValue) (\(name))"
  }
}
