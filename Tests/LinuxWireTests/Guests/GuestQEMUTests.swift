import LinuxWire
import TestSupport
import XCTest

/// A second front end, which shares no code with the first: QEMU's.
///
/// Needs the kernel of `Tests/Guests/kernel cloud` and QEMU, and user-mode Linux for the other end.
final class GuestQEMUTests: XCTestCase {
  func testAGuestOfQEMU() throws {
    var pair = GuestPair()
    pair.kernel = .cloud
    pair.jobs = ["tcp.4.5000000", "tcp.6.5000000", "fetch.4.5000000", "fetch.6.5000000"]
    let wire = try pair.run().wire
    // Both ways in super-frames: the offloads of the host and those of the guest.
    for account in wire.accounts {
      XCTAssertGreaterThan(account.superFrames, 100)
      XCTAssertEqual(account.passed, account.superFrames)
      XCTAssertGreaterThan(Double(account.superOctets), 0.95 * Double(account.octets))
    }
  }
}
