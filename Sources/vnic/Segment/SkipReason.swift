import GsoEngine
import PacketCapture
import WireFormats

/// Why a frame that should be segmented is not.
struct SkipReason {
  /// In general, to count by.
  let category: String
  /// In particular, with the numbers.
  let detail: String
  /// The options that would change it; nil if none would.
  let remedy: String?

  private init(_ category: String, _ detail: String, remedy: String? = nil) {
    (self.category, self.detail, self.remedy) = (category, detail, remedy)
  }

  init(_ error: SegmentationError) {
    switch error {
    case .datagramSizeUnknown(let payload, let packetLength, let mtu):
      self.init(
        "UDP above the MTU, of which only the sender knows where its datagrams end",
        "a UDP payload of \(payload) octets makes a packet of \(packetLength), the MTU is \(mtu)",
        remedy: "--mss N says how long they are, --udp-from-flow takes the length of the flow's "
          + "other datagrams, --fragment-udp makes IP fragments")
    case .opaqueTunnel(let tunnel, let packetLength, let mtu):
      self.init(
        "\(tunnel.rawValue) above the MTU, a UDP tunnel that is not looked into",
        "a UDP datagram with \(tunnel.rawValue) makes a packet of \(packetLength), "
          + "the MTU is \(mtu)",
        remedy: "--fragment-udp makes IP fragments, "
          + "--mss N segments it as if it were many datagrams")
    case .notSupported:
      self.init(Self.category(of: error), error.description, remedy: "--rules linux segments it")
    case .fragment:
      self.init(
        Self.category(of: error), error.description,
        remedy: "--refragment fragments it again, as a router does")
    case .dontFragment:
      self.init(
        Self.category(of: error), error.description, remedy: "--rules linux clears it")
    default: self.init(Self.category(of: error), error.description)
    }
  }

  /// The reason with the numbers, and what to do about it.
  var text: String { detail + (remedy.map { " (\($0))" } ?? "") }

  static func truncated(_ record: CaptureRecord) -> SkipReason {
    SkipReason(
      "truncated by the snap length",
      "\(record.capturedLength) of \(record.originalLength) octets were captured")
  }

  static func frameCheckSequence(_ byteCount: Int) -> SkipReason {
    SkipReason(
      "with a frame check sequence that cannot be computed anew",
      "the last \(byteCount) octets are a frame check sequence, and not that of Ethernet")
  }

  private static func category(of error: SegmentationError) -> String {
    switch error {
    case .frame: "headers that cannot be read"
    case .notIP: "not IP"
    case .fragment: "IP fragment"
    case .unsupportedExtensionHeader: "extension header that cannot be repeated"
    case .unsupportedProtocol: "neither TCP nor UDP"
    case .jumboPayload: "jumbo payload option"
    case .lengthExceedsFrame, .udpLengthMismatch: "length field that does not fit the frame"
    case .segmentsLeftExceedAddresses: "routing header with more segments left than addresses"
    case .mtuTooSmall: "no room for payload in the MTU"
    case .segmentSizeExceedsMTU: "UDP datagrams of --mss exceed the MTU"
    case .tooManySegments: "too many segments"
    case .shortLastDatagram: "payload no multiple of the datagram size"
    case .refusedFlags: "TCP flags that the rules refuse"
    case .tunnelTooDeep: "tunnel in a tunnel"
    case .notSupported: "a kind of packet that the rules do not segment"
    case .dontFragment: "must not be fragmented"
    case .metadata: "virtio-net header that is refused"
    default: "cannot be segmented"
    }
  }
}
