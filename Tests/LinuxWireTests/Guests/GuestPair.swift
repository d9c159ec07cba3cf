import Foundation
import LinuxWire
import TestSupport
import XCTest

/// Two guests with a wire between them: the first one sends to the second one, which serves.
struct GuestPair {
  /// What happened.
  struct Outcome {
    let sender: [String]
    let receiver: [String]
    let wire: GuestWire

    /// How many features of its device a guest has switched: the sender, or the receiver.
    func switchCount(of guest: String) -> Int {
      for line in sender + receiver {
        guard let match = line.wholeMatch(of: /switches of (\w+): (\d+), .*/) else { continue }
        if match.1 == guest { return Int(match.2) ?? 0 }
      }
      return 0
    }
  }

  /// A tunnel within the guests, by the kernel's name for it.
  enum Tunnel: String, CaseIterable {
    case vxlan, gretap

    /// Octets of the outer headers between an inner and an outer IP header.
    var byteCount: Int { self == .vxlan ? 14 + 20 + 16 : 14 + 20 + 4 }
  }

  /// The kernels of the sender and of the receiver.
  var kernel = GuestKit.Kernel.own
  var receiver = GuestKit.Kernel.own
  var left = VhostUserConfiguration()
  var right = VhostUserConfiguration()
  var mtu = 1_500
  var vlan = 0
  var tunnel: Tunnel?
  /// After how many milliseconds both guests switch offloads of their devices, again and again.
  var switching = 0
  /// Whether guests leave UDP_SEGMENT to the device.
  var usesUSO = true
  var jobs: [String] = []
  var seconds = 60.0
  /// Called again and again while the guests run.
  var meanwhile: ((GuestWire) -> Void)?

  /// Runs all jobs, and checks what must hold for any of them.
  func run(file: StaticString = #filePath, line: UInt = #line) throws -> Outcome {
    let folder = try TemporaryFolder()
    let wire = try GuestWire(
      try VhostUserBackend(path: folder.path("l"), configuration: left),
      try VhostUserBackend(path: folder.path("r"), configuration: right))
    defer { for end in wire.ends { end.close() } }
    var common = ["vnic.mtu=\(mtu)", "vnic.uso=\(usesUSO ? 1 : 0)", "vnic.seconds=\(Int(seconds))"]
    if vlan > 0 { common.append("vnic.vlan=\(vlan)") }
    if let tunnel { common.append("vnic.tunnel=\(tunnel)") }
    if switching > 0 { common.append("vnic.switch=\(switching)") }
    let receiver = try Guest("r", receiver, folder: folder, common + ["vnic.host=2"])
    let sender = try Guest(
      "l", kernel, folder: folder,
      common + ["vnic.host=1", "vnic.jobs=" + jobs.joined(separator: ",")])
    defer {
      sender.end()
      receiver.end()
    }
    let isDone = try wire.run(seconds: seconds) {
      meanwhile?(wire)
      return !sender.isRunning && !receiver.isRunning
    }
    let outcome = Outcome(sender: sender.lines, receiver: receiver.lines, wire: wire)
    let text = "\(outcome.sender) \(outcome.receiver) \(wire.accounts)"
    XCTAssertTrue(isDone, "not done: \(text)", file: file, line: line)
    let failures = (outcome.sender + outcome.receiver).filter { $0.hasPrefix("failed") }
    XCTAssertEqual(failures, [], file: file, line: line)
    guard isDone, failures.isEmpty else { return outcome }
    for job in jobs {
      XCTAssertTrue(
        outcome.sender.contains { $0.hasPrefix("right \(job):") }, "\(job): \(text)",
        file: file, line: line)
    }
    XCTAssertTrue(
      outcome.sender.contains("errors of sender: 0"), text, file: file, line: line)
    XCTAssertTrue(
      outcome.receiver.contains("errors of receiver: 0"), text, file: file, line: line)
    // A kernel that powers off takes back what it had not reclaimed.
    let faults = wire.faults.filter {
      if case .availableIndexWentBack = $0 { return false }
      return true
    }
    XCTAssertEqual(faults, [], file: file, line: line)
    for account in wire.accounts {
      XCTAssertEqual(account.refused, [], file: file, line: line)
      // What has nothing to segment is no longer than the MTU, whoever segmented it.
      let limit = mtu + 14 + (vlan > 0 ? 4 : 0)
      XCTAssertLessThanOrEqual(account.longest, limit, text, file: file, line: line)
    }
    return outcome
  }
}
