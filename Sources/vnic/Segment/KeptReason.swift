import GsoEngine
import PacketCapture

/// Why a frame that should be cut is not.
struct KeptReason {
  /// In general, to count by.
  let category: String
  /// In particular, with the numbers.
  let detail: String

  private init(_ category: String, _ detail: String) {
    (self.category, self.detail) = (category, detail)
  }

  init(_ error: SegmentationError) {
    self.init(Self.category(of: error), error.description)
  }

  static func cutShort(_ record: CaptureRecord) -> KeptReason {
    KeptReason(
      "cut short by the snap length",
      "\(record.capturedLength) of \(record.originalLength) octets were captured")
  }

  static func frameCheckSequence(_ byteCount: Int) -> KeptReason {
    KeptReason(
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
    case .dontFragment: "must not be fragmented"
    case .metadata: "virtio-net header that is refused"
    default: "cannot be cut"
    }
  }
}
