import GsoEngine
import WireFormats
import XCTest

/// The cause of every error, as the article "Errors" lists them.
final class ErrorCauseTests: XCTestCase {
  private typealias Row = (error: SegmentationError, cause: SegmentationError.Cause, line: UInt)

  private let rows: [Row] = [
    (.frame(.frameTooLong(byteCount: 2, limit: 1)), .frame, #line),
    (.notIP(.arp), .frame, #line),
    (.notIP(nil), .frame, #line),
    (.fragment, .frame, #line),
    (.unsupportedExtensionHeader(.authenticationHeader), .frame, #line),
    (.unsupportedProtocol(.icmp), .frame, #line),
    (.tunnelTooDeep(limit: 1), .frame, #line),
    (.jumboPayload(.inTunnel), .frame, #line),
    (.lengthExceedsFrame(.ipv4, declared: 41, available: 40), .frame, #line),
    (.segmentsLeftExceedAddresses(segmentsLeft: 3, addresses: 2), .frame, #line),
    (.udpLengthMismatch(declared: 9, available: 8), .frame, #line),

    (.offloadMismatch(requested: .lso, found: .udp), .request, #line),
    (.segmentSizeExceedsMTU(segmentSize: 1_473, fitting: 1_472), .request, #line),
    (.datagramSizeUnknown(payload: 1_473, packetLength: 1_501, mtu: 1_500), .request, #line),
    (.opaqueTunnel(.gtpU, packetLength: 1_501, mtu: 1_500), .request, #line),
    (.mtuTooSmall(mtu: 40, headerLength: 40), .request, #line),
    (.segmentTooLong(packetLength: 65_536, limit: 65_535), .request, #line),
    (.fragmentSizeNotMultipleOf8(7), .request, #line),
    (.metadata(.gsoSize(0)), .request, #line),

    (.notSupported(.uso, .ipv6), .rules, #line),
    (.tooManySegments(needed: 129, limit: 128), .rules, #line),
    (.shortLastDatagram(payload: 3, segmentSize: 2), .rules, #line),
    (.refusedFlags(.syn), .rules, #line),
    (.dontFragment, .rules, #line),

    (.segmentSizeOutOfRange(0), .call, #line),
    (.frameLengthChanged(planned: 2, given: 1), .call, #line),
    (.arenaByteCountOutOfRange(-1), .call, #line),
    (.arenaSlotCountOutOfRange(0), .call, #line),
    (.headerByteCountOutOfRange(-1), .call, #line),
    (.segmentsOutOfRange(0..<2, count: 1), .call, #line),
    (.outputTooSmall(needed: 2, available: 1), .call, #line),
    (.tooFewSlots(needed: 2, available: 1), .call, #line),
    (.bufferOutsideMemory(index: 0, buffer: 0..<2, memory: 1), .call, #line),
  ]

  func testEveryErrorHasItsCause() {
    for row in rows {
      XCTAssertEqual(row.error.cause, row.cause, "\(row.error)", line: row.line)
    }
  }

  /// The rows have every case: a new one has to be added to this list and to the table.
  func testTheTableHasEveryCase() {
    let names = Set(rows.map { "\($0.error.caseName)" })
    XCTAssertEqual(names.count, 32)
    XCTAssertEqual(rows.count, names.count + 1, "`notIP` stands twice")
  }
}

extension SegmentationError {
  /// The name of the case.
  ///
  /// Exhaustive, so that a new case does not compile without a look at the table.
  fileprivate var caseName: String {
    switch self {
    case .frame: "frame"
    case .notIP: "notIP"
    case .fragment: "fragment"
    case .unsupportedExtensionHeader: "unsupportedExtensionHeader"
    case .unsupportedProtocol: "unsupportedProtocol"
    case .tunnelTooDeep: "tunnelTooDeep"
    case .jumboPayload: "jumboPayload"
    case .lengthExceedsFrame: "lengthExceedsFrame"
    case .segmentsLeftExceedAddresses: "segmentsLeftExceedAddresses"
    case .udpLengthMismatch: "udpLengthMismatch"
    case .offloadMismatch: "offloadMismatch"
    case .notSupported: "notSupported"
    case .segmentSizeOutOfRange: "segmentSizeOutOfRange"
    case .segmentSizeExceedsMTU: "segmentSizeExceedsMTU"
    case .datagramSizeUnknown: "datagramSizeUnknown"
    case .opaqueTunnel: "opaqueTunnel"
    case .mtuTooSmall: "mtuTooSmall"
    case .segmentTooLong: "segmentTooLong"
    case .tooManySegments: "tooManySegments"
    case .shortLastDatagram: "shortLastDatagram"
    case .refusedFlags: "refusedFlags"
    case .dontFragment: "dontFragment"
    case .fragmentSizeNotMultipleOf8: "fragmentSizeNotMultipleOf8"
    case .frameLengthChanged: "frameLengthChanged"
    case .arenaByteCountOutOfRange: "arenaByteCountOutOfRange"
    case .arenaSlotCountOutOfRange: "arenaSlotCountOutOfRange"
    case .headerByteCountOutOfRange: "headerByteCountOutOfRange"
    case .segmentsOutOfRange: "segmentsOutOfRange"
    case .outputTooSmall: "outputTooSmall"
    case .tooFewSlots: "tooFewSlots"
    case .bufferOutsideMemory: "bufferOutsideMemory"
    case .metadata: "metadata"
    }
  }
}
