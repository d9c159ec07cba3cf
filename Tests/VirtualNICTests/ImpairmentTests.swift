import VirtualNIC
import XCTest

/// What no wire can be like is refused when it is asked for.
final class ImpairmentTests: XCTestCase {
  private typealias Change = (inout Impairments.Values, Double) -> Void

  private let rates: [(name: String, change: Change)] = [
    ("lossRate", { $0.lossRate = $1 }),
    ("duplicationRate", { $0.duplicationRate = $1 }),
    ("corruptionRate", { $0.corruptionRate = $1 }),
    ("reorderingRate", { $0.reorderingRate = $1 }),
  ]

  func testARateIsAProbability() throws {
    let bad = [
      Double.nan, .signalingNaN, -0.1, -.infinity, 1.000_1, .infinity, -.leastNonzeroMagnitude,
    ]
    for (name, change) in rates {
      for value in bad {
        XCTAssertThrowsError(try Impairments { change(&$0, value) }, "\(name) \(value)") { error in
          XCTAssertEqual(
            "\(error)", "`\(name)` is \(value); a rate is a probability from 0 to 1")
        }
        XCTAssertThrowsError(try Impairments().changed { change(&$0, value) })
      }
      for value in [0.0, -0.0, .leastNonzeroMagnitude, 0.5, 1] {
        XCTAssertNoThrow(try Impairments { change(&$0, value) }, "\(name) \(value)")
      }
    }
  }

  func testABandwidthIsAtLeast1() throws {
    XCTAssertThrowsError(try Impairments { $0.bandwidth = 0 }) { error in
      XCTAssertEqual(
        "\(error)", "`bandwidth` is 0 bits per second; it must be at least 1, or nil for no limit")
    }
    XCTAssertEqual(try Impairments { $0.bandwidth = 1 }.bandwidth, 1)
  }

  func testChangesAddUpAndAreReadBack() throws {
    let lossy = try Impairments { $0.lossRate = 0.25 }
    let slow = try lossy.changed { $0.delay = 7 }
    XCTAssertEqual(slow.lossRate, 0.25)
    XCTAssertEqual(slow.delay, 7)
    XCTAssertEqual(Impairments(), try Impairments { _ in })
    XCTAssertNotEqual(lossy, slow)
  }

  func testAQueueHoldsAtLeast0Frames() throws {
    for capacity in [-1, .min] {
      XCTAssertThrowsError(try QueueLink(capacity: capacity)) { error in
        XCTAssertEqual(
          "\(error)", "a queue of \(capacity) frames cannot be; its capacity must be at least 0")
      }
    }
    XCTAssertEqual(try QueueLink(capacity: 0).capacity, 0)
    XCTAssertEqual(try QueueLink(capacity: .max).capacity, .max)
    XCTAssertNil(QueueLink().capacity)
  }
}
