#if os(Linux)
  import Foundation
  import TestSupport
  import XCTest

  /// Two guests for a `vnic bridge` whose sockets are `l` and `r` of a folder: the first one sends,
  /// the second one serves.
  struct BridgeGuests {
    /// Where sockets, consoles and captures are.
    let folder: TemporaryFolder

    /// Skips the running test if there is no kernel for guests.
    init() throws {
      _ = try GuestKit.kernel(.own)
      _ = try GuestKit.initramfs(for: .own)
      folder = try TemporaryFolder()
    }

    /// The ends of the bridge, for its command line.
    var ends: [String] { ["l", "r"].map { "vhost:\(folder.path($0))" } }

    /// Starts one guest, `l` or `r`; what it sends is separated by commas.
    func start(
      _ name: String, jobs: String? = nil, _ arguments: [String] = [], preload: String? = nil
    ) throws -> Guest {
      let host = name == "l" ? 1 : 2
      return try Guest(
        name, .own, folder: folder,
        ["vnic.host=\(host)", "vnic.seconds=600"] + arguments
          + (jobs.map { ["vnic.jobs=\($0)"] } ?? []),
        preload: preload)
    }

    /// Starts both; returns the sender first.
    func start(jobs: String) throws -> [Guest] {
      // The receiver has to be there before the first frame.
      let receiver = try start("r")
      return [try start("l", jobs: jobs), receiver]
    }

    /// Starts both in virtual time, whose socket is `t` of the folder.
    func startInVirtualTime(
      jobs: String?, numbers: [Int] = [0, 1]
    ) throws -> [Guest] {
      let preload = try GuestKit.norandom()
      return try zip(["l", "r"], numbers).map { name, number in
        try start(
          name, jobs: name == "l" ? jobs : nil, ["time-travel=ext:\(number):t"], preload: preload)
      }
    }

    /// Waits until both have ended, and fails the test unless all that was sent has arrived.
    func finish(_ guests: [Guest], jobs: String, line: UInt = #line) {
      let deadline = Date(timeIntervalSinceNow: 60)
      while guests.contains(where: \.isRunning), Date() < deadline {
        Thread.sleep(forTimeInterval: 0.01)
      }
      let lines = guests.flatMap(\.lines)
      XCTAssertFalse(guests.contains(where: \.isRunning), "not done: \(lines)", line: line)
      for guest in guests { guest.end() }
      XCTAssertEqual(lines.filter { $0.hasPrefix("failed") }, [], line: line)
      for job in jobs.split(separator: ",") {
        XCTAssertTrue(lines.contains { $0.hasPrefix("right \(job):") }, "\(lines)", line: line)
      }
      for role in ["sender", "receiver"] {
        XCTAssertTrue(lines.contains("errors of \(role): 0"), "\(lines)", line: line)
      }
    }
  }
#endif
