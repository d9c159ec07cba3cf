import NetAdapterCore
import TestSupport
import VirtualNIC
import WireFormats
import XCTest

/// Behaviour 36 where it shows: what a NIC says of received frames while UDP checking is switched.
final class ReceiveToggleTests: XCTestCase {
  private let tcp = FrameRecipe(payload: Payload(seed: 36, count: 99))
  private let udp = FrameRecipe(transport: .udp(), payload: Payload(seed: 36, count: 99))

  private func receiver() throws -> (VirtualNIC, (FrameRecipe) -> [UInt8]) {
    let nic = try VirtualNIC(macAddress: MACAddress(2), mtu: 1_500)
    try nic.adapter.setRxChecksumCapabilities(RxChecksumCapabilities { _, _ in })
    let seen = Box<[UInt8]>([])
    nic.onReceive = { _, checksums, _ in
      seen.value = [checksums.layer3.rawValue, checksums.layer4.rawValue]
    }
    try nic.start()
    return (
      nic,
      { recipe in
        nic.receive(recipe.build())
        return seen.value
      }
    )
  }

  func testBehaviour36EvaluationsFollowRequests() throws {
    let (nic, evaluation) = try receiver()
    var wrong = udp
    wrong.checksum = .value(0x1234)
    let steps: [(OffloadParameters.Checksum, isOn: Bool)] = [
      (.noChange, true), (.txEnabled, false), (.noChange, false), (.rxEnabled, true),
      (.disabled, false), (.enabled, true),
    ]
    for (code, isOn) in steps {
      var request = OffloadParameters()
      (request.udpIPv4Checksum, request.udpIPv6Checksum) = (code, code)
      try nic.adapter.setOffloadParameters(request)
      XCTAssertEqual(evaluation(udp), isOn ? [1, 1] : [1, 0], "\(code)")
      XCTAssertEqual(evaluation(wrong), isOn ? [1, 2] : [1, 0], "\(code)")
      XCTAssertEqual(evaluation(tcp), [1, 1], "\(code): TCP is another switch")
    }
  }

  func testBehaviour36EvaluationsFollowKeywords() throws {
    let (nic, evaluation) = try receiver()
    for (value, isOn) in [("0", false), ("1", false), ("2", true), ("3", true)] {
      nic.adapter.setKeyword(.udpChecksumOffloadIPv4, to: .string(value))
      nic.adapter.setKeyword(.udpChecksumOffloadIPv6, to: .string(value))
      try nic.stop()
      try nic.start()
      XCTAssertEqual(evaluation(udp), isOn ? [1, 1] : [1, 0], "keyword \(value)")
      XCTAssertEqual(evaluation(tcp), [1, 1], "keyword \(value): TCP is another switch")
    }
  }

  /// Behaviour 37: frames are passed on unmodified, whatever the evaluation.
  func testBehaviour37FramesPassUnchanged() throws {
    let (nic, _) = try receiver()
    let passed = Box<[[UInt8]]>([])
    nic.onReceive = { frame, _, _ in
      passed.value.append(unsafe frame.withUnsafeBytes { unsafe [UInt8]($0) })
    }
    var frames: [[UInt8]] = []
    for checksum in [TestSupport.TransportChecksum.complete, .zero, .value(0x1234)] {
      for transport in [Transport.tcp(), .udp()] {
        frames.append(
          FrameRecipe(
            transport: transport, payload: Payload(seed: 37, count: 20), checksum: checksum,
            trailerCount: 6
          ).build())
      }
    }
    for isOn in [true, false] {
      if !isOn { try nic.adapter.pauseOffloadCapabilities() }
      for frame in frames { nic.receive(frame) }
      XCTAssertEqual(passed.value, frames, "checking \(isOn)")
      passed.value = []
    }
  }
}
